/**
 * Requests of one organization that meet in an isolate ask its object together, because each call is a transaction of its own,
 * and writing that to disk is most of what it costs. A lone request asks at once. One that comes while a call is under way, or
 * right after a call that was shared, waits for company: until a call returns, but never longer than `MAX_GATHER_MS`. Each is
 * answered as if it had asked alone.
 */
import { refuse, type AuthorizeCommand, type AuthorizeReply } from "../contract/commands.ts";
import type { OrganizationClient } from "./organization-client.ts";
import { waitForOthers } from "./wait-for-others.ts";

export interface AuthorizePorts {
  organization(organizationId: string): Pick<OrganizationClient, "authorize" | "authorizeMany">;
  readonly nowMs: () => number;
}

export interface AuthorizePort {
  /** As the object's `authorize`. Never rejects. */
  authorize(organizationId: string, command: AuthorizeCommand): Promise<AuthorizeReply>;
}

/** Little beside any provider's first byte. */
const MAX_GATHER_MS = 2;
const MAX_SHARED = 50;

/** Whoever comes so soon after a shared call will hardly be alone. */
const BUSY_MS = 5;

/** The request that asks for others may be ended by the platform. They then ask alone: a repeat gets the first answer. */
const MAX_FOLLOW_MS = 2_000;
/** Whoever gathers for so long was ended before it could ask. */
const MAX_LEAD_MS = 100;
/** A call that takes longer was ended, or is no reason to wait for company. */
const MAX_CALL_MS = 1_000;
/** Organizations that are remembered; forgetting one costs no more than company. */
const MAX_REMEMBERED = 1_000;

interface Follower {
  readonly command: AuthorizeCommand;
  reply: AuthorizeReply | null;
}

/** Those who wait to ask together. */
interface Group {
  readonly sinceMs: number;
  readonly followers: Follower[];
  isLeaving: boolean;
}

/** The calls of one organization. */
interface Line {
  /** The call that left last, while it is under way. */
  call: { readonly beganAtMs: number } | null;
  /** When the last call returned, if it was shared. */
  sharedAtMs: number;
  gathering: Group | null;
}

const UNAVAILABLE = refuse({ kind: "wallet_unavailable" });

/** One for each isolate. */
export function createAuthorizePort(ports: AuthorizePorts): AuthorizePort {
  const lines = new Map<string, Line>();

  function lineOf(organizationId: string): Line {
    const known = lines.get(organizationId);
    if (known !== undefined) return known;
    if (lines.size >= MAX_REMEMBERED) lines.clear();
    const line: Line = { call: null, sharedAtMs: Number.NEGATIVE_INFINITY, gathering: null };
    lines.set(organizationId, line);
    return line;
  }

  /** Marks the call as the one under way; when it returns, those who have gathered meanwhile leave. */
  async function track<T>(line: Line, isShared: boolean, work: Promise<T>): Promise<T> {
    const call = { beganAtMs: ports.nowMs() };
    line.call = call;
    const result = await work;
    line.sharedAtMs = isShared ? ports.nowMs() : Number.NEGATIVE_INFINITY;
    if (line.call === call) {
      line.call = null;
      leave(line);
    }
    return result;
  }

  async function askAlone(line: Line, organizationId: string, command: AuthorizeCommand): Promise<AuthorizeReply> {
    return track(line, false, ports.organization(organizationId).authorize(command));
  }

  async function lead(line: Line, organizationId: string, command: AuthorizeCommand): Promise<AuthorizeReply> {
    const followers = await gather(line, ports.nowMs());
    if (followers.length === 0) return askAlone(line, organizationId, command);
    const commands = [command, ...followers.map((follower) => follower.command)];
    const [own, ...others] = await track(line, true, ports.organization(organizationId).authorizeMany(commands));
    for (const [index, follower] of followers.entries()) follower.reply = others[index] ?? UNAVAILABLE;
    return own ?? UNAVAILABLE;
  }

  return {
    async authorize(organizationId, command) {
      const line = lineOf(organizationId);
      const { call, gathering, sharedAtMs } = line;
      const nowMs = ports.nowMs();
      if (gathering !== null && nowMs - gathering.sinceMs <= MAX_LEAD_MS) {
        const reply = await follow(line, gathering, command);
        return reply ?? ports.organization(organizationId).authorize(command);
      }
      const isBusy = (call !== null && nowMs - call.beganAtMs <= MAX_CALL_MS) || nowMs - sharedAtMs <= BUSY_MS;
      return isBusy ? lead(line, organizationId, command) : askAlone(line, organizationId, command);
    },
  };
}

/** Those who have gathered so far go; whoever comes next begins anew. */
function leave(line: Line): void {
  if (line.gathering !== null) line.gathering.isLeaving = true;
  line.gathering = null;
}

/** Waits for company until the call under way returns, there are enough, or the time is over. */
async function gather(line: Line, sinceMs: number): Promise<readonly Follower[]> {
  const group: Group = { sinceMs, followers: [], isLeaving: false };
  line.gathering = group;
  await waitForOthers(() => group.isLeaving, MAX_GATHER_MS);
  if (line.gathering === group) leave(line);
  return group.followers;
}

/** Null: the request that was to ask for all gave no answer in time. */
async function follow(line: Line, group: Group, command: AuthorizeCommand): Promise<AuthorizeReply | null> {
  const follower: Follower = { command, reply: null };
  group.followers.push(follower);
  if (group.followers.length === MAX_SHARED - 1) leave(line);
  await waitForOthers(() => follower.reply !== null, MAX_FOLLOW_MS);
  return follower.reply;
}
