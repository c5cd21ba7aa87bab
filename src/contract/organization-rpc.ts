/** What the Organization object can be asked. Implemented by `durable-objects/organization`, called through `src/platform`. */
import type { AccessDecision, AccessPolicy } from "../core/access-policy.ts";
import type { UsageConstraint } from "../core/agent-constraint.ts";
import type { Attribution, WalletOwner } from "../core/attribution.ts";
import type { AutoTopUpCause, AutoTopUpState, AutoTopUpStatus } from "../core/auto-top-up.ts";
import type { BudgetPolicy, BudgetWindowView } from "../core/budget.ts";
import type { DisputeStatus } from "../core/credited-payment.ts";
import type { Endpoint } from "../core/endpoint.ts";
import type { ChainHead } from "../core/audit-chain.ts";
import type { WalletAmount } from "../core/ledger-entry.ts";
import type { Use } from "../core/limit-counter.ts";
import type { Currency, Nanos } from "../core/money.ts";
import type { OAuthToken } from "../core/oauth-grant.ts";
import type { RequestFacts } from "../core/request-facts.ts";
import type { OwnSight } from "../core/visibility.ts";
import type { Wallet, WalletScope, WalletSettings, WalletStatus } from "../core/wallet.ts";
import type { LedgerEntryRow } from "./ledger-message.ts";
import type {
  AdmitCommand,
  AdmitReply,
  AssertedIdentity,
  AuthorizeCommand,
  AuthorizeReply,
  CheckpointCommand,
  BeginReply,
  CheckpointReply,
  Credential,
  EstimateReply,
  ModelsReply,
  RedeemCommand,
  Refused,
  SettleCommand,
  SettleReply,
  SettleUnreservedCommand,
  UnreservedRequest,
} from "./commands.ts";

export interface WalletView extends Wallet {
  readonly name: string;
  readonly currency: Currency;
  readonly availableNanos: Nanos;
  readonly status: WalletStatus;
}

/** Names a wallet by its id or by its owner; all null is the organization's own. */
export interface WalletAddress {
  readonly walletId: string | null;
  readonly teamId: string | null;
  readonly userId: string | null;
}

/** `credit` brings money in; `allocate` moves it from the organization's wallet; `reclaim` moves it back. */
export interface TransferCommand {
  /** Made by the side that retries: the same id with the same content gets the first answer again. */
  readonly commandId: string;
  readonly type: "credit" | "allocate" | "reclaim";
  readonly target: WalletAddress;
  /** Positive. */
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  readonly note: string | null;
  /** Who did it: `key_…`, `platform_admin`. */
  readonly actor: string;
}

export type TransferReply =
  | {
      readonly outcome: "posted";
      readonly entryId: string;
      readonly wallet: WalletView;
      readonly organizationWallet: WalletView;
    }
  | Refused;

/** Credits a payment that a provider has taken. */
export interface TopUpCommand {
  /** The same session with the same content is credited once, however often and late it is asked for. */
  readonly sessionId: string;
  readonly owner: WalletOwner;
  /** Positive. */
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  /** Who paid: `key_…`, or the provider's name. */
  readonly actor: string;
  readonly note: string;
}

/** Takes a part of a payment, or all of it, out of the wallet that it was credited to. */
export interface RefundCommand {
  readonly refundId: string;
  readonly sessionId: string;
  readonly amountNanos: Nanos;
  readonly actor: string;
  readonly note: string;
}

/** News of a dispute: in any order, any number of times. */
export interface DisputeCommand {
  readonly disputeId: string;
  readonly sessionId: string;
  readonly amountNanos: Nanos;
  readonly news: DisputeStatus;
  readonly actor: string;
  readonly note: string;
}

export type PaymentReply =
  | {
      readonly outcome: "posted";
      /** Null: nothing had to move. */
      readonly entryId: string | null;
      readonly creditedNanos: Nanos;
      /** To the payer: refunds and lost disputes. */
      readonly returnedNanos: Nanos;
      readonly suspendedNanos: Nanos;
      readonly wallet: WalletView;
    }
  | Refused;

export type ForgoReply = { readonly outcome: "forgone" } | Refused;
/** How a charge that the ledger has asked for ended without money. */
export interface EndAutoTopUpCommand {
  readonly sessionId: string;
  /** `canceled`: it was not tried, because nobody wants it any more. */
  readonly status: "failed" | "canceled";
  readonly code: string;
  /** The same method can work later. */
  readonly isRetryable: boolean;
}

export type EndAutoTopUpReply = { readonly outcome: "ended"; readonly status: AutoTopUpStatus } | Refused;

/** One charge that the ledger has asked for. */
export interface AutoTopUpView {
  /** Of its payment session as well. */
  readonly id: string;
  readonly walletId: string;
  readonly scope: WalletOwner["scope"];
  readonly ownerId: string;
  readonly status: AutoTopUpStatus;
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  readonly methodId: string;
  readonly cause: AutoTopUpCause;
  /** Of the wallet when it was decided. */
  readonly balanceNanos: Nanos;
  readonly failureCode: string | null;
  /** Of the credit. */
  readonly entryId: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

export interface AutoTopUpQuery extends PageQuery {
  readonly status: AutoTopUpStatus | null;
  /** Null: of all wallets. */
  readonly walletIds: readonly string[] | null;
  readonly fromMs: number | null;
  /** Before this instant. */
  readonly toMs: number | null;
}

/** How a wallet's auto top-up stands. */
export interface AutoTopUpStanding {
  readonly state: AutoTopUpState;
  /** When it can act again; null: it can, or it never does by itself. */
  readonly untilMs: number | null;
  /** Declines in a row. */
  readonly declines: number;
  /** Of the last decline. */
  readonly failureCode: string | null;
  readonly todayNanos: Nanos;
}

/** What a cost ticket waits for. */
export interface FundingView {
  readonly attribution: Attribution;
  readonly holdNanos: Nanos;
  readonly currency: Currency;
  readonly expiresAtMs: number;
  readonly model: string;
  /** The wallets that may pay, in the order in which they are asked. */
  readonly sources: readonly WalletView[];
}

/** The cascade of a caller, in the order in which it is asked. */
export interface BalanceView {
  readonly currency: Currency;
  readonly sources: readonly WalletView[];
  /** The first source with something available; the organization's when there is none. */
  readonly effective: { readonly walletId: string; readonly scope: WalletScope };
}

export interface TransactionView {
  readonly id: string;
  readonly entryId: string;
  readonly sequence: number;
  readonly type: string;
  /** Signed: into the wallet is positive. */
  readonly amountNanos: Nanos;
  readonly balanceAfterNanos: Nanos;
  readonly currency: Currency;
  readonly reservationId: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly createdAtMs: number;
}

/** A page out of what the object still has. */
export interface TransactionPage extends Page<TransactionView> {
  /** Entries up to here have left the object for SPEND_DB; 0: none. */
  readonly archivedThroughSequence: number;
}

/** The ledger's own state at one instant. */
export interface BooksView {
  readonly currency: Currency;
  /** 0: there was never an entry. */
  readonly lastSequence: number;
  readonly archivedThroughSequence: number;
  readonly archived: readonly {
    readonly account: string;
    readonly sumNanos: Nanos;
    readonly lastSequence: number;
  }[];
  readonly wallets: readonly BooksWallet[];
  /** Messages that nobody has confirmed as stored. */
  readonly unshippedMessages: number;
}

export interface BooksWallet {
  readonly id: string;
  readonly scope: WalletScope;
  readonly ownerId: string;
  readonly balanceNanos: Nanos;
  readonly heldNanos: Nanos;
  /** The sum of its lines, archived ones included. */
  readonly linesNanos: Nanos;
  /** The sum of what open reservations hold in it. */
  readonly openHoldsNanos: Nanos;
}

export interface ReservationView {
  readonly id: string;
  readonly status: "open" | "settled" | "released" | "expired";
  readonly requestId: string;
  readonly walletId: string | null;
  readonly walletScope: WalletScope | null;
  /** All holds together. */
  readonly heldNanos: Nanos;
  /** One for each wallet, the first one first. */
  readonly holds: readonly WalletAmount[];
  readonly settledNanos: Nanos;
  readonly currency: Currency;
  readonly exchangeRate: string;
  readonly model: string;
  readonly provider: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** A member's seat as it is now. */
export interface SeatView {
  readonly wallet: WalletView;
  /** The credit that can be used; null: none was granted this month, or it has ended with the seat. */
  readonly grant: {
    readonly amountNanos: Nanos;
    readonly grantedAtMs: number;
    readonly expiresAtMs: number;
  } | null;
}

/** A constraint with what its window has counted; null: it counts for each run, and no run is named. */
export interface ConstraintUsage extends UsageConstraint {
  readonly used: bigint | null;
  readonly held: bigint | null;
  /** Null: never, or with the run. */
  readonly resetsAtMs: number | null;
}

export interface AgentUsageView {
  readonly agentId: string;
  /** The agent is active, and every constraint that could be looked at has room for something. */
  readonly allowed: boolean;
  readonly constraints: readonly ConstraintUsage[];
}

export interface AgentUsageQuery {
  readonly agentId: string;
  /** Also the constraints that this gateway's configuration sets for the agent. */
  readonly gatewayId?: string | null;
  readonly runId: string | null;
  /** Refuse, as a request would be refused, when a constraint counts for each run and no run is named. */
  readonly mustNameRun: boolean;
}

/** What an agent has used elsewhere. `requestId` is made by the caller: the same one counts once. */
export interface CountUseCommand {
  readonly requestId: string;
  readonly agentId: string;
  /** Of the gateway that it went through; its configuration can set constraints for the agent. */
  readonly gatewayId?: string | null;
  readonly runId: string | null;
  readonly use: Use;
}

/** How the constraints stood right after it was counted; a repeat gets the first answer. */
export type CountUseReply = { readonly outcome: "counted"; readonly usage: AgentUsageView } | Refused;

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** Newest first; `cursor` is what the last page gave. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface ReservationQuery extends PageQuery {
  readonly status: ReservationView["status"] | null;
  /** Only those that hold money in it, or did; absent or null: in any. */
  readonly walletId?: string | null;
  /**
   * Absent: the whole organization's. Else those of its requests and of the teams that it leads; `cursor` is then a reservation's
   * id, which counts nobody else's.
   */
  readonly owner?: Pick<OwnSight, "keyId" | "memberId" | "serviceUserId" | "ledTeamIds">;
}

/** Who is asked about; ids as identity headers would name them. */
export interface AskedSubject extends AssertedIdentity {
  readonly keyId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  /** Beside those of the records that are named. */
  readonly tags: readonly string[];
}

/** Who would use which model. */
export interface SimulateAccessQuestion extends AskedSubject {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly drafts: readonly AccessPolicy[];
}

export interface AccessSimulation {
  readonly decision: AccessDecision;
  readonly reasons: readonly string[];
}

/** Which budgets count a use. */
export interface BudgetsQuestion extends AskedSubject {
  /** Null: no budget of a model, or of a model's tag, matches. */
  readonly model: string | null;
  /** Null: one that the model has. */
  readonly endpoint: Endpoint | null;
}

/** Every window that a use would be tested against, in the order of the budgets, the shortest window first. */
export interface BudgetStanding {
  readonly currency: Currency;
  readonly windows: readonly BudgetWindowView[];
}

export interface SimulateBudgetsQuestion extends AskedSubject {
  readonly model: string;
  readonly endpoint: Endpoint;
  readonly drafts: readonly BudgetPolicy[];
  /** An amount in the organization's currency, or a request, which is planned as if it had come. */
  readonly use: { readonly amountNanos: Nanos } | { readonly facts: RequestFacts };
}

export interface BudgetSimulation extends BudgetStanding {
  readonly decision: "allow" | "deny";
  /** What was tested; null: the request would be refused before. */
  readonly amountNanos: Nanos | null;
  readonly reasons: readonly string[];
}

/** Who can go, and has a wallet. */
export interface ClosableOwner {
  readonly scope: "user" | "team";
  readonly ownerId: string;
}

export interface CloseWalletCommand {
  readonly owner: ClosableOwner;
  /** Moves what it has, or owes, to the organization's wallet; else one that is not empty stays open. */
  readonly reclaim: boolean;
  readonly actor: string;
}

/** `reclaimedNanos` is negative when the organization has paid a debt. */
export type CloseWalletReply = { readonly outcome: "closed"; readonly reclaimedNanos: Nanos } | Refused;

export type Found<T> = { readonly outcome: "found"; readonly value: T } | Refused;

/** An access token that an application is about to get. */
export interface OAuthTokenCommand extends Omit<OAuthToken, "isRevoked"> {
  readonly tokenSha256: string;
}

export type OAuthTokenRevocation = "revoked" | "unknown" | "of_another_client";

export interface OrganizationRpc {
  authorize(command: AuthorizeCommand): Promise<AuthorizeReply>;
  settle(command: SettleCommand): Promise<SettleReply>;
  /**
   * Commands of one organization in one call: the answers are in the order of the commands, each as `authorize` or `settle`
   * would give it. Never all or nothing: one that cannot be decided is refused with `wallet_unavailable`, to be tried again.
   */
  authorizeMany(commands: readonly AuthorizeCommand[]): Promise<readonly AuthorizeReply[]>;
  settleMany(commands: readonly SettleCommand[]): Promise<readonly SettleReply[]>;
  checkpoint(command: CheckpointCommand): Promise<CheckpointReply>;
  /** Keeps a place for a request that was forwarded without the object: if its end never comes, its lease says so. */
  beginUnreserved(request: UnreservedRequest): Promise<BeginReply>;
  /**
   * Ends a request that was decided without the object. When `authorize` had made its reservation after all it is an ordinary
   * `settle`; else the reservation is made, with nothing held, and ended in the same transaction.
   */
  settleUnreserved(command: SettleUnreservedCommand): Promise<SettleReply>;
  redeemTicket(command: RedeemCommand): Promise<AuthorizeReply>;
  admit(command: AdmitCommand): Promise<AdmitReply>;
  /** The same code as `authorize`, up to and without the hold. */
  estimate(command: AuthorizeCommand): Promise<EstimateReply>;
  models(credential: Credential, asserted: AssertedIdentity): Promise<ModelsReply>;

  /** What the access policies would decide. Refused with `not_found` for a key that does not exist. */
  simulateAccess(question: SimulateAccessQuestion): Promise<Found<AccessSimulation>>;

  /** Refused with `not_found` for a key, service user, gateway or agent that does not exist, and `model_not_found`. */
  effectiveBudgets(question: BudgetsQuestion): Promise<Found<BudgetStanding>>;
  /** Every window of every budget, whomever it counts. */
  allBudgets(): Promise<BudgetStanding>;
  /** What the budgets would decide, by the code that decides requests. Refused as `effectiveBudgets`, but for the model. */
  simulateBudgets(question: SimulateBudgetsQuestion): Promise<Found<BudgetSimulation>>;

  transfer(command: TransferCommand): Promise<TransferReply>;
  /**
   * To be called right before the owner is removed from the records: from the answer on nothing is held in the wallet or moved to it, and what
   * it would get back goes to the organization's. Refused with `conflict`: `wallet_not_empty`, or `wallet_in_use` while requests under
   * way hold some of it. It opens again when the records still have the owner a minute later.
   */
  closeWallet(command: CloseWalletCommand): Promise<CloseWalletReply>;
  /** The owner was not removed after all. */
  reopenWallet(owner: ClosableOwner): Promise<{ readonly outcome: "reopened" } | Refused>;
  /** Refused as a transfer is; `conflict` for a session that was credited with other content. */
  topUp(command: TopUpCommand): Promise<PaymentReply>;
  /**
   * A payment that could not be credited goes back to its payer: from now on it is never credited. Refused with `conflict` when it
   * was. A repeat changes nothing.
   */
  forgoPayment(sessionId: string): Promise<ForgoReply>;
  /** Refused with `not_found` for a payment that was not credited (yet), `conflict` for more than is left of it. */
  refundPayment(command: RefundCommand): Promise<PaymentReply>;
  disputePayment(command: DisputeCommand): Promise<PaymentReply>;
  /** A charge that was asked for by `auto_top_up` messages. The first end stands, but for money that comes after all. Refused with `not_found`. */
  endAutoTopUp(command: EndAutoTopUpCommand): Promise<EndAutoTopUpReply>;
  /** Refused with `not_found` for a wallet that does not exist. */
  autoTopUpStanding(walletId: string): Promise<Found<AutoTopUpStanding>>;
  autoTopUps(query: AutoTopUpQuery): Promise<Page<AutoTopUpView>>;
  /** Refused with `not_found` for a ticket that is unknown, used or expired. */
  ticketFunding(ticketId: string): Promise<Found<FundingView>>;
  /** Those that are open. */
  wallets(): Promise<readonly WalletView[]>;
  balance(owner: { readonly userId: string | null; readonly teamId: string | null }): Promise<BalanceView>;
  transactions(walletId: string, query: PageQuery): Promise<Found<TransactionPage>>;
  reservations(query: ReservationQuery): Promise<Page<ReservationView>>;
  /** Also of a member without a seat, whose wallet is then empty or holds money of running requests. */
  seat(memberId: string): Promise<SeatView>;
  agentUsage(query: AgentUsageQuery): Promise<Found<AgentUsageView>>;
  /** Counts also beyond the limits. Refused with `conflict` when the request id was used with other content. */
  countUse(command: CountUseCommand): Promise<CountUseReply>;
  books(): Promise<BooksView>;
  /** Entries that have not left the object, oldest first. */
  entries(range: { readonly afterSequence: number; readonly limit: number }): Promise<readonly LedgerEntryRow[]>;
  /** Heads of the audit chain that were seen when the directory was read, in order. */
  auditAnchors(range: { readonly afterSequence: number; readonly limit: number }): Promise<readonly ChainHead[]>;
  /**
   * Refused with `conflict` when the currency changes: `seat_credit_set` while the plan has an amount for seats,
   * `wallets_not_empty` while any wallet holds money, `payments_returnable` while any payment was not wholly returned,
   * `reservations_open` while any request is under way.
   */
  checkSettings(settings: WalletSettings): Promise<Found<null>>;

  /** Ledger messages with these numbers are stored, and need not be sent again. */
  confirmShipped(outboxNumbers: readonly number[]): Promise<void>;

  /** The token is good as soon as this is answered. Refused when its grant is revoked or its user is no member any more. */
  rememberOAuthToken(command: OAuthTokenCommand): Promise<{ readonly outcome: "remembered" } | Refused>;
  /** No token of these grants is good any more for whatever comes after the answer. */
  revokeOAuthGrants(grantIds: readonly string[]): Promise<{ readonly outcome: "revoked" } | Refused>;
  revokeOAuthToken(token: {
    readonly tokenSha256: string;
    readonly clientId: string;
  }): Promise<Found<OAuthTokenRevocation>>;
  /** Refused with `unauthenticated` when the token is no good, or `organization_suspended`. */
  oauthToken(tokenSha256: string): Promise<Found<OAuthToken>>;

  /** Re-reads the directory from D1; called after a change was saved, before the change is answered. */
  refreshDirectory(): Promise<void>;
}
