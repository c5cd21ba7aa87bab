/**
 * Calls of an organization's object. Nothing throws: an object that cannot be reached, throws, or does not answer in time
 * answers `wallet_unavailable`. Every attempt takes a new stub, since a stub that has failed stays broken; a command keeps its
 * ids, so that an attempt whose answer was lost is found again (Cloudflare, Durable Objects: Error handling).
 */
import { refuse, type Refused } from "../contract/commands.ts";
import type { Found, OrganizationRpc } from "../contract/organization-rpc.ts";

const MAX_ATTEMPTS = 3;
const FIRST_BACKOFF_MS = 50;
/** Of calls that no answer to a model request waits for. */
const CALL_TIMEOUT_MS = 10_000;

/** The binding's part that is used here. */
export interface OrganizationNamespace {
  getByName(organizationId: string): OrganizationRpc;
}

export interface RetryPorts {
  sleep(durationMs: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** For a decision that a model request waits for, all attempts together. */
  readonly authorizeTimeoutMs: number;
  /** Told about every failed attempt. */
  onError(error: unknown): void;
}

/** Questions whose answers have no refusal of their own. */
type Question =
  | "wallets"
  | "balance"
  | "reservations"
  | "autoTopUps"
  | "seat"
  | "allBudgets"
  | "books"
  | "entries"
  | "auditAnchors";

/**
 * `OrganizationRpc` with every answer able to say that the object could not be reached. For `confirmShipped` and
 * `refreshDirectory` that is no failure: the object sends messages again, and re-reads its records within 15 s.
 */
export type OrganizationClient = Omit<OrganizationRpc, Question> & {
  [Name in Question]: (
    ...args: Parameters<OrganizationRpc[Name]>
  ) => Promise<Found<Awaited<ReturnType<OrganizationRpc[Name]>>>>;
};

const UNAVAILABLE = refuse({ kind: "wallet_unavailable" });

export function createOrganizationClient(
  namespace: OrganizationNamespace,
  organizationId: string,
  ports: RetryPorts,
): OrganizationClient {
  async function call<T>(
    command: (organization: OrganizationRpc) => Promise<T>,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<T | Refused> {
    return callInTime(() => command(namespace.getByName(organizationId)), timeoutMs, ports);
  }
  async function decide<T>(command: (organization: OrganizationRpc) => Promise<T>): Promise<T | Refused> {
    return call(command, ports.authorizeTimeoutMs);
  }
  /** For answers that cannot be a refusal by themselves. */
  async function find<T>(query: (organization: OrganizationRpc) => Promise<T>, timeoutMs?: number): Promise<Found<T>> {
    return call<Found<T>>(async (organization) => ({ outcome: "found", value: await query(organization) }), timeoutMs);
  }
  async function callMany<Reply>(
    count: number,
    commands: (organization: OrganizationRpc) => Promise<readonly Reply[]>,
    timeoutMs?: number,
  ): Promise<readonly (Reply | Refused)[]> {
    const replies = await find(commands, timeoutMs);
    return replies.outcome === "found" ? replies.value : Array.from({ length: count }, () => replies);
  }
  return {
    authorize: (command) => decide((organization) => organization.authorize(command)),
    settle: (command) => call((organization) => organization.settle(command)),
    authorizeMany: (commands) =>
      callMany(commands.length, (organization) => organization.authorizeMany(commands), ports.authorizeTimeoutMs),
    settleMany: (commands) => callMany(commands.length, (organization) => organization.settleMany(commands)),
    checkpoint: (command) => call((organization) => organization.checkpoint(command)),
    beginUnreserved: (request) => call((organization) => organization.beginUnreserved(request)),
    settleUnreserved: (command) => call((organization) => organization.settleUnreserved(command)),
    redeemTicket: (command) => call((organization) => organization.redeemTicket(command)),
    admit: (command) => decide((organization) => organization.admit(command)),
    estimate: (command) => call((organization) => organization.estimate(command)),
    models: (credential, asserted) => decide((organization) => organization.models(credential, asserted)),
    simulateAccess: (question) => call((organization) => organization.simulateAccess(question)),
    effectiveBudgets: (question) => call((organization) => organization.effectiveBudgets(question)),
    allBudgets: () => find((organization) => organization.allBudgets()),
    simulateBudgets: (question) => call((organization) => organization.simulateBudgets(question)),
    transfer: (command) => call((organization) => organization.transfer(command)),
    closeWallet: (command) => call((organization) => organization.closeWallet(command)),
    reopenWallet: (owner) => call((organization) => organization.reopenWallet(owner)),
    topUp: (command) => call((organization) => organization.topUp(command)),
    forgoPayment: (sessionId) => call((organization) => organization.forgoPayment(sessionId)),
    refundPayment: (command) => call((organization) => organization.refundPayment(command)),
    disputePayment: (command) => call((organization) => organization.disputePayment(command)),
    endAutoTopUp: (command) => call((organization) => organization.endAutoTopUp(command)),
    autoTopUpStanding: (walletId) => call((organization) => organization.autoTopUpStanding(walletId)),
    autoTopUps: (query) => find((organization) => organization.autoTopUps(query)),
    ticketFunding: (ticketId) => call((organization) => organization.ticketFunding(ticketId)),
    wallets: () => find((organization) => organization.wallets()),
    balance: (owner) => find((organization) => organization.balance(owner)),
    transactions: (walletId, query) => call((organization) => organization.transactions(walletId, query)),
    reservations: (query) => find((organization) => organization.reservations(query)),
    seat: (memberId) => find((organization) => organization.seat(memberId)),
    agentUsage: (query) => call((organization) => organization.agentUsage(query)),
    countUse: (command) => call((organization) => organization.countUse(command)),
    books: () => find((organization) => organization.books()),
    entries: (range) => find((organization) => organization.entries(range)),
    auditAnchors: (range) => find((organization) => organization.auditAnchors(range)),
    checkSettings: (settings) => call((organization) => organization.checkSettings(settings)),
    rememberOAuthToken: (command) => call((organization) => organization.rememberOAuthToken(command)),
    revokeOAuthGrants: (grantIds) => call((organization) => organization.revokeOAuthGrants(grantIds)),
    revokeOAuthToken: (token) => call((organization) => organization.revokeOAuthToken(token)),
    oauthToken: (tokenSha256) => call((organization) => organization.oauthToken(tokenSha256)),
    confirmShipped: async (outboxNumbers) => {
      await find((organization) => organization.confirmShipped(outboxNumbers));
    },
    refreshDirectory: async () => {
      await find((organization) => organization.refreshDirectory());
    },
  };
}

/** A call that is late is given up: its answer is not waited for, and no further attempt is made. */
async function callInTime<T>(attempt: () => Promise<T>, timeoutMs: number, ports: RetryPorts): Promise<T | Refused> {
  const deadline = { isOver: false };
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<Refused>((resolve) => {
    timer = setTimeout(() => {
      deadline.isOver = true;
      ports.onError(new Error(`no answer within ${timeoutMs} ms`));
      resolve(UNAVAILABLE);
    }, timeoutMs);
  });
  try {
    return await Promise.race([retryCall(attempt, ports, deadline), late]);
  } finally {
    clearTimeout(timer ?? undefined);
  }
}

/** Up to three attempts with full jitter; an overloaded object is not asked again, since that would keep it so. Never rejects. */
async function retryCall<T>(
  attempt: () => Promise<T>,
  ports: RetryPorts,
  deadline: { readonly isOver: boolean },
  attempts = 1,
): Promise<T | Refused> {
  try {
    return await attempt();
  } catch (error) {
    if (deadline.isOver) return UNAVAILABLE;
    ports.onError(error);
    if (attempts >= MAX_ATTEMPTS || !isWorthRetrying(error)) return UNAVAILABLE;
  }
  await ports.sleep(ports.random() * FIRST_BACKOFF_MS * 2 ** attempts);
  return deadline.isOver ? UNAVAILABLE : retryCall(attempt, ports, deadline, attempts + 1);
}

function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const overloaded = "overloaded" in error && error.overloaded === true;
  return "retryable" in error && error.retryable === true && !overloaded;
}
