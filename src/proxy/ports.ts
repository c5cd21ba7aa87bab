/** What the hot path needs from the outside; wired in `src/worker-ports.ts`, replaced in tests. */
import type {
  AuthorizeCommand,
  Credential,
  PlannedTarget,
  SettleCommand,
  SettleUnreservedCommand,
  UnreservedPlan,
  UnreservedRequest,
} from "../contract/commands.ts";
import type { AnswerStore } from "../contract/kept-answer.ts";
import type { BodyPart, EventAddress, EventBody } from "../contract/event-body.ts";
import type { LogLine } from "../contract/log-line.ts";
import type { OrganizationRpc } from "../contract/organization-rpc.ts";
import type { TargetHealthPort } from "../contract/target-health.ts";
import type { Provider } from "../core/endpoint.ts";
import type { Result } from "../core/failure.ts";
import type { CacheHints } from "./answer-cache.ts";

/** One organization's ledger. Nothing throws: an object that cannot be reached answers `refused` / `wallet_unavailable`. */
export interface OrganizationLedger extends Pick<OrganizationRpc, "authorize" | "checkpoint" | "admit" | "models"> {
  /** Delivers the settlement, through a queue when the object cannot take it now. */
  settle(command: SettleCommand): Promise<void>;

  /** What becomes of a request that the object did not answer: decided with what D1 knows. */
  planUnreserved(command: AuthorizeCommand): Promise<UnreservedPlan>;
  /** Notes, for when the object is back, that the request is forwarded. Waits a second at most. */
  beginUnreserved(request: UnreservedRequest): Promise<void>;
  /** As `settle`, for a request that was forwarded without the object. */
  settleUnreserved(command: SettleUnreservedCommand): Promise<void>;
  /** Ends a request that was refused because the object did not answer; it may have held money all the same. */
  abandon(request: UnreservedRequest | null, settlement: SettleCommand): Promise<void>;
}

export interface SessionCaller {
  readonly organizationId: string;
  readonly credential: Credential;
}

export interface ProxyConfig {
  readonly maxBodyBytes: number;
  /** The most that is kept of one body. */
  readonly eventBodyLimitBytes: number;
  readonly drainMs: number;
  readonly upstreamTimeoutMs: number;
  readonly upstreamUrls: Readonly<Record<Provider, string>>;
}

export interface ProxyPorts {
  readonly config: ProxyConfig;
  organization(organizationId: string): OrganizationLedger;
  /**
   * The member whose session the request brings. Fails with `unauthenticated`, `cross_origin` or `not_found`, and with `internal`
   * when D1 cannot be asked. Never rejects.
   */
  findSession(request: Request): Promise<Result<SessionCaller>>;
  fetchUpstream(url: string, init: RequestInit): Promise<Response>;
  /** How targets did lately. It orders them; no request waits for it. */
  readonly health: TargetHealthPort;
  /** What a target is called with; null: it may have no credential, or there is none. Never rejects. */
  credentialOf(organizationId: string, target: PlannedTarget): Promise<string | null>;
  /** An upstream has refused it: the next call of the target reads it anew. */
  forgetCredential(organizationId: string, target: PlannedTarget): void;
  readonly answers: AnswerStore;
  readonly cacheHints: CacheHints;
  readonly nowMs: () => number;
  newId(prefix: "req" | "res"): string;
  /** Stores a body of an event; asks for it when the answer is out of the way. Never rejects. */
  keepBody(address: EventAddress, part: BodyPart, body: () => EventBody): Promise<void>;
  log(line: LogLine): void;
}

/** The part of the Worker's execution context that outlives the response. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void;
}
