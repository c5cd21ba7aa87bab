/** Who may ask for what, and what the answer must be before any money is looked at. */
import type { AssertedIdentity, Attribution } from "../../../src/core/attribution.ts";
import type { KeyRow, PriceRow } from "../records.ts";
import { tokenHash } from "../records.ts";
import { decimal, nearest, times, whole } from "./fractions.ts";
import { agentOf, checkAgent } from "./limiting.ts";
import type { AuditState } from "./state.ts";
import { findEver, findListing } from "./tariff.ts";

export interface Refusal {
  readonly kind: string;
  readonly [member: string]: unknown;
}

export type Decided<T> = { readonly value: T } | { readonly refusal: Refusal };

export function findKey(
  state: AuditState,
  tokenSha256: string,
  purpose: "model_traffic" | "control_plane" | "question",
  nowMs: number,
): Decided<KeyRow> {
  const unauthenticated = (reason: string) => ({ refusal: { kind: "unauthenticated", reason } });
  for (const key of state.records.keys) {
    if (tokenHash(state.organizationId, key.token) !== tokenSha256) continue;
    if (key.revokedAtMs !== null && key.revokedAtMs <= nowMs) return unauthenticated("revoked");
    if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return unauthenticated("expired");
    if (purpose === "model_traffic" && key.type !== "gateway") return unauthenticated("wrong_type");
    if (purpose === "control_plane" && !key.capabilities.includes("control_plane")) {
      return { refusal: { kind: "capability_required", capability: "control_plane" } };
    }
    return { value: key };
  }
  return unauthenticated("unknown");
}

export function ownAttribution(key: KeyRow): Attribution {
  return {
    keyId: key.id,
    gatewayId: key.gatewayId,
    userId: key.memberId,
    teamId: key.teamId,
    serviceUserId: key.serviceUserId,
    agentId: null,
    agentRunId: null,
  };
}

const HEADERS = { userId: "X-User-Id", teamId: "X-Team-Id", agentId: "X-Agent-Id", agentRunId: "X-Agent-Run-Id" };

export function chargeTo(state: AuditState, key: KeyRow, asserted: AssertedIdentity): Decided<Attribution> {
  const own = ownAttribution(key);
  if (state.records.status !== "active") return { refusal: { kind: "organization_suspended" } };
  for (const [member, header] of Object.entries(HEADERS)) {
    const value = Object.entries(asserted).find(([name]) => name === member)?.[1];
    if (typeof value === "string" && !/^[\w.:@-]{1,128}$/.test(value)) {
      return { refusal: { kind: "invalid_request", param: header, code: "invalid_identity" } };
    }
  }
  if (key.mayAssertIdentity) {
    const teamId = asserted.teamId ?? key.teamId ?? soleTeam(state, asserted.userId);
    return checkAgent(state, { ...own, ...asserted, teamId });
  }
  const notAllowed = (header: string) => ({ refusal: { kind: "identity_not_allowed", header } });
  if (asserted.agentId !== null) return notAllowed(HEADERS.agentId);
  if (asserted.agentRunId !== null) return notAllowed(HEADERS.agentRunId);
  const ownId = key.memberId ?? key.serviceUserId;
  if (asserted.userId !== null && asserted.userId !== ownId) return notAllowed(HEADERS.userId);
  if (asserted.teamId !== null && asserted.teamId !== key.teamId) {
    const named = state.records.teams.find(({ id }) => id === asserted.teamId);
    const isIn = key.memberId !== null && named !== undefined && named.memberIds.includes(key.memberId);
    if (!isIn) return notAllowed(HEADERS.teamId);
  }
  return { value: { ...own, teamId: asserted.teamId ?? key.teamId ?? soleTeam(state, key.memberId) } };
}

export function soleTeam(state: AuditState, memberId: string | null): string | null {
  let found: string | null = null;
  let count = 0;
  for (const team of state.records.teams) {
    if (memberId === null || !team.memberIds.includes(memberId)) continue;
    found = team.id;
    count += 1;
  }
  return count === 1 ? found : null;
}

export interface PermittedModel {
  readonly provider: "openai" | "anthropic";
  readonly price: PriceRow | null;
  readonly limits: Limits;
}

/** The smallest of all rules that allow; null: none. */
export interface Limits {
  readonly tokens: number | null;
  readonly costNanos: bigint | null;
}

/** A rule that denies wins over all that allow; what no rule allows is denied by none in particular. */
function limitsFor(
  state: AuditState,
  who: Attribution,
  provider: "openai" | "anthropic",
  names: readonly string[],
  isKnown: boolean,
): Limits | { readonly deniedBy: string | null } {
  const has = (list: readonly string[] | undefined, id: string | null): boolean =>
    list === undefined || list.length === 0 || (id !== null && list.includes(id));
  // What the book never knew may be anything, so that what forbids anything forbids it; unless some rule permits just this.
  const isPermitted = (patterns: readonly string[]): boolean => names.some((name) => patterns.includes(name));
  let mayBeForbidden: string | null = null;
  let isNamed = isKnown;
  let deniedBy: string | null = null;
  let allows = 0;
  let tokens: number | null = null;
  let costNanos: bigint | null = null;
  for (const rule of state.records.policies) {
    const { subjects, resources } = rule;
    const patterns = resources.models ?? [];
    const concerns =
      rule.enabled &&
      has(subjects.teams, who.teamId) &&
      has(subjects.users, who.userId) &&
      has(subjects.service_users, who.serviceUserId) &&
      has(subjects.keys, who.keyId) &&
      has(resources.providers, provider);
    const speaks =
      concerns && (patterns.length === 0 || patterns.some((pattern) => names.some((name) => covers(pattern, name))));
    const name = `Rule ${rule.id}`;
    if (concerns && rule.effect === "deny" && (mayBeForbidden === null || name < mayBeForbidden)) mayBeForbidden = name;
    if (!speaks) continue;
    if (rule.effect === "deny" && (deniedBy === null || name < deniedBy)) deniedBy = name;
    if (rule.effect === "deny") continue;
    allows += 1;
    if (isPermitted(patterns)) isNamed = true;
    const most = rule.limits.max_output_tokens;
    if (most !== undefined && (tokens === null || most < tokens)) tokens = most;
    const cost = rule.limits.max_cost_per_request;
    const nanos = cost === undefined ? null : nearest(times(decimal(cost), whole(1_000_000_000)));
    if (nanos !== null && (costNanos === null || nanos < costNanos)) costNanos = nanos;
  }
  if (!isNamed) deniedBy = mayBeForbidden;
  return deniedBy !== null || allows === 0 ? { deniedBy } : { tokens, costNanos };
}

function namesOf({ fields }: PriceRow, model: string): readonly string[] {
  return [model, fields.model, ...(fields.aliases ?? [])];
}

/** The listing that the request is held at; null: none, and the organization lets that through. */
export function findModel(
  state: AuditState,
  key: KeyRow,
  who: Attribution,
  endpoint: string,
  model: string,
  nowMs: number,
): Decided<PermittedModel> {
  const provider = endpoint === "anthropic.messages" ? "anthropic" : "openai";
  const price = findListing(state.records.prices, model, provider, nowMs);
  const known = findEver(state.records.prices, model, provider);
  const mayBeUnpriced = state.settings.allow_unpriced;
  const served =
    price === null ? known !== null || mayBeUnpriced : price.fields.endpoints.some((name) => name === endpoint);
  if (model === "" || model.length > 256 || !served) return { refusal: { kind: "model_not_found", model } };
  const names = price === null ? [model] : [model, price.fields.model];
  if (key.models.length > 0 && !key.models.some((pattern) => names.some((name) => covers(pattern, name)))) {
    return { refusal: { kind: "access_denied", rule: `key ${key.id}` } };
  }
  const limits = limitsFor(
    state,
    who,
    provider,
    known === null ? [model] : namesOf(price ?? known, model),
    known !== null,
  );
  if ("deniedBy" in limits) return { refusal: { kind: "access_denied", rule: limits.deniedBy } };
  if (price === null && !mayBeUnpriced) return { refusal: { kind: "price_unknown", model } };
  const checked = checkAgent(state, who);
  if ("refusal" in checked) return checked;
  const agent = agentOf(state, who);
  if (agent !== null && agent.status !== "active") {
    return { refusal: { kind: "access_denied", rule: `agent ${agent.id} (${agent.status})` } };
  }
  return { value: { provider, price, limits } };
}

/** Whether nobody may learn which model was asked for: nobody but the caller has ever named it. */
export function isForNobody(state: AuditState, isStrict: boolean, model: string): boolean {
  const { prices, policies } = state.records;
  const isTold =
    prices.some((row) => namesOf(row, row.fields.model).includes(model)) ||
    policies.some(({ resources }) => (resources.models ?? []).includes(model));
  return isStrict && !isTold;
}

function covers(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, pattern.length - 1)) : name === pattern;
}
