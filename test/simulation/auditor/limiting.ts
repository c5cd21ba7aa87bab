/** Limits of agents: what a request takes of them, what its end counts, and when a window is over. */
import type { Attribution } from "../../../src/core/attribution.ts";
import type { Usage } from "../../../src/core/usage.ts";
import type { AgentRow, ConstraintRow } from "../records.ts";
import type { Decided } from "./admission.ts";
import { LARGEST } from "./books.ts";
import type { AuditReservation, AuditState } from "./state.ts";
import { BUCKETS } from "./tariff.ts";
import { windowAround } from "./windows.ts";

const DAY_MS = 86_400_000;

export interface AuditCounter {
  readonly key: string;
  used: bigint;
  held: bigint;
  forgetAfterMs: number | null;
}

export interface AuditTake {
  /** Of which limit, and in which kind of window. */
  readonly of: string;
  readonly key: string;
  readonly unit: ConstraintRow["type"];
  held: bigint;
}

export type AuditUse = Readonly<Record<ConstraintRow["type"], bigint>>;

interface Counted extends Omit<AuditCounter, "used" | "held"> {
  readonly constraint: ConstraintRow;
}

/** An agent that only the caller knows is attributed, and not limited. */
export function agentOf(state: AuditState, { agentId }: Pick<Attribution, "agentId">): AgentRow | null {
  return state.records.agents.find(({ id }) => id === agentId) ?? null;
}

/** Ids that look like ours must be. */
export function checkAgent(state: AuditState, who: Attribution): Decided<Attribution> {
  const isOurs = who.agentId !== null && who.agentId.startsWith("agt_");
  if (!isOurs || agentOf(state, who) !== null) return { value: who };
  return { refusal: { kind: "identity_not_allowed", header: "X-Agent-Id", unknownAgentId: who.agentId } };
}

/** The counters of now; refused when a run must be named and is not. */
export function countersFor(state: AuditState, who: Attribution, atMs: number): Decided<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const constraint of agentOf(state, who)?.constraints ?? []) {
    const each = counterOf(state, constraint, who.agentRunId, atMs);
    if (each === null) {
      const code = "missing_required_parameter";
      return { refusal: { kind: "invalid_request", param: "X-Agent-Run-Id", code } };
    }
    counted.push(each);
  }
  return { value: counted };
}

function counterOf(state: AuditState, constraint: ConstraintRow, runId: string | null, atMs: number): Counted | null {
  const { id, type, window } = constraint;
  const { currency } = state.settings;
  const unit = type === "credits" ? `credits.${currency}` : type;
  const counted = (part: string, forgetAfterMs: number | null): Counted => ({
    key: `${id}|${unit}|${window}|${part}`,
    forgetAfterMs,
    constraint,
  });
  if (window === "total") return counted("", null);
  if (window === "run") return runId === null ? null : counted(runId, atMs + 30 * DAY_MS);
  const [startMs, endMs] = windowAround(window, atMs, state.settings);
  return counted(String(startMs), endMs + DAY_MS);
}

/** Tests a request against every limit. Gives what it takes, once `take` is called. */
export function testLimits(
  state: AuditState,
  who: Attribution,
  use: AuditUse,
  nowMs: number,
): Decided<{ take(): AuditTake[] }> {
  const found = countersFor(state, who, nowMs);
  if ("refusal" in found) return found;
  for (const { key, constraint } of found.value) {
    const { used, held } = readCounter(state, key);
    if (used + held + use[constraint.type] > constraint.limit) {
      const agent = { id: who.agentId };
      return { refusal: { kind: "agent_constraint_exceeded", agent, runId: who.agentRunId } };
    }
  }
  const take = (): AuditTake[] =>
    found.value.map(({ key, constraint, forgetAfterMs }) => {
      const counter = keepCounter(state, key, forgetAfterMs);
      counter.held += use[constraint.type];
      return { of: nameOf(constraint), key, unit: constraint.type, held: use[constraint.type] };
    });
  return { value: { take } };
}

/** What nobody asked the limits for: its end counts in the windows in which it began. */
export function takeNothing(state: AuditState, who: Attribution, atMs: number): AuditTake[] {
  const takes: AuditTake[] = [];
  for (const constraint of agentOf(state, who)?.constraints ?? []) {
    const counted = counterOf(state, constraint, who.agentRunId, atMs);
    if (counted === null) continue;
    keepCounter(state, counted.key, counted.forgetAfterMs);
    takes.push({ of: nameOf(constraint), key: counted.key, unit: constraint.type, held: 0n });
  }
  return takes;
}

/** How much more money the limits let an open reservation hold; null: as much as there is. */
export function creditRoom(state: AuditState, reservation: AuditReservation): bigint | null {
  let least: bigint | null = null;
  for (const constraint of agentOf(state, reservation.attribution)?.constraints ?? []) {
    if (constraint.type !== "credits") continue;
    least = leastRoom(state, reservation, nameOf(constraint), constraint.limit, least);
  }
  return least;
}

function nameOf({ id, type, window }: ConstraintRow): string {
  return `${id} ${type} ${window}`;
}

/** With what is left of a limit in the very window that the reservation took from. */
export function leastRoom(
  state: AuditState,
  { takes }: AuditReservation,
  name: string,
  limit: bigint,
  soFar: bigint | null,
): bigint | null {
  const taken = takes.find((take) => take.of === name);
  if (taken === undefined) return soFar;
  const { used, held } = readCounter(state, taken.key);
  const left = limit - used - held;
  const room = left > 0n ? left : 0n;
  return soFar === null || room < soFar ? room : soFar;
}

export function takeMore(state: AuditState, reservation: AuditReservation, added: bigint): void {
  for (const take of reservation.takes) {
    const counter = find(state, take.key);
    if (take.unit !== "credits" || counter === null || added === 0n) continue;
    counter.held += added;
    take.held += added;
  }
}

/** What was really used takes the place of what was taken; a late end corrects what the expiry counted. */
export function endTakes(
  state: AuditState,
  reservation: AuditReservation,
  end: { readonly isCharged: boolean; readonly usage: Usage | null; readonly settledNanos: bigint },
): AuditUse {
  const takenTokens = reservation.takes.find(({ unit }) => unit === "tokens")?.held ?? 0n;
  const use: AuditUse = end.isCharged
    ? {
        credits: end.settledNanos,
        tokens: end.usage === null ? takenTokens : BigInt(tokensIn(end.usage)),
        requests: 1n,
      }
    : { credits: 0n, tokens: 0n, requests: 0n };
  const counted = reservation.expiry?.counted ?? null;
  for (const { key, unit, held } of reservation.takes) {
    const counter = find(state, key);
    if (counter === null) continue;
    if (counted === null) counter.held = counter.held > held ? counter.held - held : 0n;
    const used = counter.used + use[unit] - (counted?.[unit] ?? 0n);
    counter.used = used < 0n ? 0n : used > LARGEST ? LARGEST : used;
  }
  return use;
}

function tokensIn(usage: Usage): number {
  let tokens = 0;
  for (const pass of usage.passes) for (const bucket of BUCKETS) tokens += pass.tokens[bucket];
  return tokens;
}

function find(state: AuditState, key: string): AuditCounter | null {
  return state.counters.find((counter) => counter.key === key) ?? null;
}

export function readCounter(state: AuditState, key: string): Pick<AuditCounter, "used" | "held"> {
  return find(state, key) ?? { used: 0n, held: 0n };
}

export function keepCounter(state: AuditState, key: string, forgetAfterMs: number | null): AuditCounter {
  const known = find(state, key);
  if (known !== null) {
    known.forgetAfterMs = forgetAfterMs;
    return known;
  }
  const counter = { key, used: 0n, held: 0n, forgetAfterMs };
  state.counters.push(counter);
  return counter;
}
