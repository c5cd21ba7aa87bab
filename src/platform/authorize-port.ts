/**
 * Requests of one organization that meet in an isolate ask its object together, because each call is a transaction of its own,
 * and writing that to disk is most of what it costs. A lone request asks at once. One that comes while a call is under way, or
 * right after a call that was shared, waits for company: until a call returns, but never longer than `MAX_GATHER_MS`. Each is
 * answered as if it had asked alone, and within the time in which a lone one would be.
 */
import { refuse, type AuthorizeCommand, type AuthorizeReply } from "../contract/commands.ts";
import type { OrganizationClient } from "./organization-client.ts";
import { waitForOthers, type Looks } from "./wait-for-others.ts";

export interface AuthorizePorts {
  organization(organizationId: string): Pick<OrganizationClient, "authorize" | "authorizeMany">;
  /** For a decision, from the request's coming on: however many calls it follows or makes. */
  readonly authorizeTimeoutMs: number;
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

/**
 * The request that asks for others may be ended by the platform. As long as it lives it says so this often; who sees it silent for
 * longer than `MAX_SILENT_MS` comes anew, and the first of them asks for the rest: a repeat gets the first answer.
 */
const SIGN_OF_LIFE_MS = 100;
const MAX_SILENT_MS = 1_000;
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
  /** When the request that asks for them was last known to live. */
  aliveAtMs: number;
}

/** The calls of one organization. */
interface Line {
  /** The call that left last, while it is under way. */
  call: { readonly beganAtMs: number } | null;
  /** When the last call returned, if it was shared. */
  sharedAtMs: number;
  gathering: Group | null;
}

/** The caller waits: a call returns after one to three milliseconds where nothing is amiss. */
const looksUntil = (untilMs: number): Looks => ({ firstAfterMs: 1, everyMs: 1, atMostEveryMs: 16, untilMs });

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
    const group = gather(line, ports.nowMs());
    const life = setInterval(() => (group.aliveAtMs = ports.nowMs()), SIGN_OF_LIFE_MS);
    try {
      await waitForOthers(() => group.isLeaving, looksUntil(MAX_GATHER_MS));
      if (line.gathering === group) leave(line);
      const { followers } = group;
      if (followers.length === 0) return await askAlone(line, organizationId, command);
      const commands = [command, ...followers.map((follower) => follower.command)];
      const [own, ...others] = await track(line, true, ports.organization(organizationId).authorizeMany(commands));
      for (const [index, follower] of followers.entries()) follower.reply = others[index] ?? UNAVAILABLE;
      return own ?? UNAVAILABLE;
    } finally {
      clearInterval(life);
    }
  }

  /** Null: the request that was to ask for all is silent, and there is time to ask again. */
  async function follow(
    line: Line,
    group: Group,
    command: AuthorizeCommand,
    untilMs: number,
  ): Promise<AuthorizeReply | null> {
    const follower: Follower = { command, reply: null };
    group.followers.push(follower);
    if (group.followers.length === MAX_SHARED - 1) leave(line);
    const isSilent = (): boolean => ports.nowMs() - group.aliveAtMs > MAX_SILENT_MS;
    await waitForOthers(() => follower.reply !== null || isSilent(), looksUntil(untilMs - ports.nowMs()));
    const mayAskAgain = isSilent() && ports.nowMs() < untilMs;
    return follower.reply ?? (mayAskAgain ? null : UNAVAILABLE);
  }

  /** Follows, leads or asks alone, as things stand now. */
  async function authorizeBy(
    untilMs: number,
    organizationId: string,
    command: AuthorizeCommand,
  ): Promise<AuthorizeReply> {
    const nowMs = ports.nowMs();
    const line = lineOf(organizationId);
    const { call, gathering, sharedAtMs } = line;
    if (gathering !== null && nowMs - gathering.sinceMs <= MAX_LEAD_MS) {
      const reply = await follow(line, gathering, command, untilMs);
      return reply ?? inTime(untilMs - ports.nowMs(), authorizeBy(untilMs, organizationId, command));
    }
    const isBusy = (call !== null && nowMs - call.beganAtMs <= MAX_CALL_MS) || nowMs - sharedAtMs <= BUSY_MS;
    return isBusy ? lead(line, organizationId, command) : askAlone(line, organizationId, command);
  }

  return {
    authorize: (organizationId, command) =>
      authorizeBy(ports.nowMs() + ports.authorizeTimeoutMs, organizationId, command),
  };
}

/** What a request has asked for, if it comes within the time that the request has left. */
async function inTime(leftMs: number, asked: Promise<AuthorizeReply>): Promise<AuthorizeReply> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<AuthorizeReply>((resolve) => {
    timer = setTimeout(() => resolve(UNAVAILABLE), Math.max(0, leftMs));
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer ?? undefined);
  }
}

/** Those who have gathered so far go; whoever comes next begins anew. */
function leave(line: Line): void {
  if (line.gathering !== null) line.gathering.isLeaving = true;
  line.gathering = null;
}

/** Those who come now join. */
function gather(line: Line, sinceMs: number): Group {
  const group: Group = { sinceMs, followers: [], isLeaving: false, aliveAtMs: sinceMs };
  line.gathering = group;
  return group;
}
