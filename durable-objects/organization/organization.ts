/**
 * The Organization object: the single writer of an organization's money. A thin shell: it makes the directory fresh, then runs
 * each command in one synchronous transaction, and ships what the transaction wrote. See README.md for the storage schema.
 */
import { DurableObject } from "cloudflare:workers";
import { refuse } from "../../src/contract/commands.ts";
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
} from "../../src/contract/commands.ts";
import type {
  AccessSimulation,
  AgentUsageQuery,
  AgentUsageView,
  AutoTopUpQuery,
  AutoTopUpStanding,
  AutoTopUpView,
  BalanceView,
  BudgetSimulation,
  BudgetsQuestion,
  BudgetStanding,
  CountUseCommand,
  CountUseReply,
  BooksView,
  ClosableOwner,
  CloseWalletCommand,
  CloseWalletReply,
  DisputeCommand,
  EndAutoTopUpCommand,
  EndAutoTopUpReply,
  ForgoReply,
  Found,
  FundingView,
  OAuthTokenCommand,
  OAuthTokenRevocation,
  OrganizationRpc,
  Page,
  PageQuery,
  PaymentReply,
  RefundCommand,
  ReservationQuery,
  ReservationView,
  SeatView,
  SimulateAccessQuestion,
  SimulateBudgetsQuestion,
  TopUpCommand,
  TransactionPage,
  TransferCommand,
  TransferReply,
  WalletView,
} from "../../src/contract/organization-rpc.ts";
import type { LedgerEntryRow } from "../../src/contract/ledger-message.ts";
import type { Directory } from "../../src/contract/directory.ts";
import { CHAIN_START } from "../../src/core/audit-chain.ts";
import type { ChainHead } from "../../src/core/audit-chain.ts";
import type { Result } from "../../src/core/failure.ts";
import type { OAuthToken } from "../../src/core/oauth-grant.ts";
import type { ProviderStanding } from "../../src/core/payment-settings.ts";
import type { WalletSettings } from "../../src/core/wallet.ts";
import { readConfig } from "../../src/env.ts";
import { loadDirectory, readVersions } from "../../src/platform/directory-loader.ts";
import { readChainHead } from "../../src/platform/d1/audit-log.ts";
import { openControlDatabase, openSpendDatabase } from "../../src/platform/d1/database.ts";
import { readLedgerEntries } from "../../src/platform/d1/ledger-entries.ts";
import { reportError } from "../../src/platform/log.ts";
import { activeProvider, standingOf } from "../../src/platform/payments/config.ts";
import { createPaymentProviders } from "../../src/platform/payments/registry.ts";
import { countAgentUse, viewAgentUsage } from "./agent-usage.ts";
import { Archive } from "./archive.ts";
import { authorize } from "./authorize.ts";
import { considerAutoTopUps, endAutoTopUp, pageAutoTopUps, viewAutoTopUpStanding } from "./auto-top-up.ts";
import { simulateBudgets, viewAllBudgets, viewEffectiveBudgets } from "./budget-questions.ts";
import { checkpoint } from "./checkpoint.ts";
import { closeWallet, reopenKept, reopenWallet } from "./close-wallet.ts";
import type { CommandContext } from "./context.ts";
import { keepCurrency } from "./currency.ts";
import { DirectoryCopy } from "./directory.ts";
import { knownOwners } from "./directory-index.ts";
import { applyDue } from "./due.ts";
import { notifyDeployments } from "./notify.ts";
import { rememberToken, revokeGrants, revokeToken, viewToken } from "./oauth-tokens.ts";
import { Outbox } from "./outbox.ts";
import { disputePayment, forgoPayment, returnPayment, topUp, viewTicketFunding } from "./payments.ts";
import { admit, estimate, listModels } from "./questions.ts";
import { trackRates } from "./rates.ts";
import { redeemTicket } from "./redeem-ticket.ts";
import { purgeOldRows, Schedule } from "./schedule.ts";
import { migrateSchema } from "./schema.ts";
import { nextSeatsDueMs } from "./seats.ts";
import { settle } from "./settle.ts";
import { simulateAccess } from "./simulate-access.ts";
import { openStore, transact } from "./store.ts";
import type { Store } from "./store.ts";
import { transfer } from "./transfer.ts";
import { beginUnreserved, settleUnreserved } from "./unreserved.ts";
import {
  checkSettings,
  listWallets,
  pageReservations,
  pageTransactions,
  viewBalance,
  viewBooks,
  viewSeat,
} from "./views.ts";

const UNAVAILABLE = refuse({ kind: "wallet_unavailable" });
/** A key that names an organization that does not exist was never issued. */
const UNKNOWN = refuse({ kind: "unauthenticated", reason: "unknown" });

/** How soon an alarm that failed comes again. */
const ALARM_RETRY_MS = 60_000;

export class Organization extends DurableObject<Env> implements OrganizationRpc {
  readonly #store: Store;
  readonly #directory: DirectoryCopy;
  readonly #outbox: Outbox;
  readonly #schedule: Schedule;
  readonly #archive: Archive;
  #erased = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrateSchema(ctx.storage);
    this.#store = openStore(ctx.storage.sql, ctx.id.name);
    const { organizationId } = this.#store;
    this.#directory = new DirectoryCopy(
      {
        readVersions: () =>
          reportFailure("organization.directory_unread", readVersions(env.CONTROL_DB, organizationId)),
        load: () => reportFailure("organization.directory_unread", this.#loadDirectory()),
      },
      this.#store.directoryCopy.read(),
      (directory, known) => this.#keepDirectory(keepCurrency(this.#store, known, directory), known),
      (index, readAtMs) => {
        transact(this.ctx.storage, this.#store, () => reopenKept(this.#store, index, readAtMs));
      },
    );
    this.#outbox = new Outbox(this.#store.outbox, (messages) =>
      reportFailure(
        "organization.outbox_unsent",
        env.LEDGER_QUEUE.sendBatch(messages.map((body) => ({ body, contentType: "json" }))),
      ),
    );
    this.#archive = new Archive(
      this.#store,
      (afterSequence, throughSequence) =>
        readLedgerEntries(openSpendDatabase(env.SPEND_DB), organizationId, { afterSequence, throughSequence }),
      (work) => {
        transact(ctx.storage, this.#store, work);
      },
    );
    this.#schedule = new Schedule(ctx.storage);
    void ctx.blockConcurrencyWhile(() => this.#schedule.restore(this.#store, this.#dueMs(), Date.now()));
  }

  authorize(command: AuthorizeCommand): Promise<AuthorizeReply> {
    return this.#decide((context) => authorize(context, command));
  }

  settle(command: SettleCommand): Promise<SettleReply> {
    return this.#decide((context) => settle(context, command));
  }

  authorizeMany(commands: readonly AuthorizeCommand[]): Promise<readonly AuthorizeReply[]> {
    return this.#decideMany(commands, authorize);
  }

  settleMany(commands: readonly SettleCommand[]): Promise<readonly SettleReply[]> {
    return this.#decideMany(commands, settle);
  }

  checkpoint(command: CheckpointCommand): Promise<CheckpointReply> {
    return this.#decide((context) => checkpoint(context, command));
  }

  beginUnreserved(request: UnreservedRequest): Promise<BeginReply> {
    return this.#decide((context) => beginUnreserved(context, request));
  }

  settleUnreserved(command: SettleUnreservedCommand): Promise<SettleReply> {
    return this.#decide((context) => settleUnreserved(context, command));
  }

  redeemTicket(command: RedeemCommand): Promise<AuthorizeReply> {
    return this.#decide((context) => redeemTicket(context, command));
  }

  admit(command: AdmitCommand): Promise<AdmitReply> {
    return this.#decide((context) => admit(context, command));
  }

  estimate(command: AuthorizeCommand): Promise<EstimateReply> {
    return this.#decide((context) => estimate(context, command));
  }

  models(credential: Credential, asserted: AssertedIdentity): Promise<ModelsReply> {
    return this.#decide((context) => listModels(context, credential, asserted));
  }

  simulateAccess(question: SimulateAccessQuestion): Promise<Found<AccessSimulation>> {
    return this.#decide((context) => foundOf(simulateAccess(context, question)));
  }

  effectiveBudgets(question: BudgetsQuestion): Promise<Found<BudgetStanding>> {
    return this.#decide((context) => foundOf(viewEffectiveBudgets(context, question)));
  }

  async allBudgets(): Promise<BudgetStanding> {
    return this.#show(viewAllBudgets);
  }

  simulateBudgets(question: SimulateBudgetsQuestion): Promise<Found<BudgetSimulation>> {
    return this.#decide((context) => foundOf(simulateBudgets(context, question)));
  }

  transfer(command: TransferCommand): Promise<TransferReply> {
    return this.#decide((context) => transfer(context, command));
  }

  closeWallet(command: CloseWalletCommand): Promise<CloseWalletReply> {
    return this.#decide((context) => closeWallet(context, command));
  }

  reopenWallet(owner: ClosableOwner): Promise<{ readonly outcome: "reopened" } | Refused> {
    return this.#decide((context) => reopenWallet(context, owner));
  }

  topUp(command: TopUpCommand): Promise<PaymentReply> {
    return this.#decide((context) => topUp(context, command));
  }

  forgoPayment(sessionId: string): Promise<ForgoReply> {
    return this.#decide((context) => forgoPayment(context, sessionId));
  }

  refundPayment(command: RefundCommand): Promise<PaymentReply> {
    return this.#decide((context) => returnPayment(context, command));
  }

  disputePayment(command: DisputeCommand): Promise<PaymentReply> {
    return this.#decide((context) => disputePayment(context, command));
  }

  endAutoTopUp(command: EndAutoTopUpCommand): Promise<EndAutoTopUpReply> {
    return this.#decide((context) => endAutoTopUp(context, command));
  }

  autoTopUpStanding(walletId: string): Promise<Found<AutoTopUpStanding>> {
    return this.#decide((context) => viewAutoTopUpStanding(context, walletId));
  }

  async autoTopUps(query: AutoTopUpQuery): Promise<Page<AutoTopUpView>> {
    return this.#show((context) => pageAutoTopUps(context, query));
  }

  ticketFunding(ticketId: string): Promise<Found<FundingView>> {
    return this.#decide((context) => viewTicketFunding(context, ticketId));
  }

  async wallets(): Promise<readonly WalletView[]> {
    return this.#show(listWallets);
  }

  async balance(owner: { readonly userId: string | null; readonly teamId: string | null }): Promise<BalanceView> {
    return this.#show((context) => viewBalance(context, owner));
  }

  transactions(walletId: string, query: PageQuery): Promise<Found<TransactionPage>> {
    return this.#decide((context) => pageTransactions(context, walletId, query));
  }

  async reservations(query: ReservationQuery): Promise<Page<ReservationView>> {
    return this.#show((context) => pageReservations(context, query));
  }

  async books(): Promise<BooksView> {
    return this.#show(viewBooks);
  }

  async entries(range: { readonly afterSequence: number; readonly limit: number }): Promise<readonly LedgerEntryRow[]> {
    return this.#show(({ store }) => store.entries.list(range.afterSequence, range.limit));
  }

  /** Reads no directory: it only tells what was seen. */
  async auditAnchors(range: { readonly afterSequence: number; readonly limit: number }): Promise<readonly ChainHead[]> {
    return this.#store.auditAnchors.list(range.afterSequence, range.limit);
  }

  async seat(memberId: string): Promise<SeatView> {
    return this.#show((context) => viewSeat(context, memberId));
  }

  agentUsage(query: AgentUsageQuery): Promise<Found<AgentUsageView>> {
    return this.#decide((context) => viewAgentUsage(context, query));
  }

  countUse(command: CountUseCommand): Promise<CountUseReply> {
    return this.#decide((context) => countAgentUse(context, command));
  }

  checkSettings(settings: WalletSettings): Promise<Found<null>> {
    return this.#decide((context) => checkSettings(context, settings));
  }

  rememberOAuthToken(command: OAuthTokenCommand): Promise<{ readonly outcome: "remembered" } | Refused> {
    return this.#decide((context) => rememberToken(context, command));
  }

  revokeOAuthGrants(grantIds: readonly string[]): Promise<{ readonly outcome: "revoked" } | Refused> {
    return this.#decide((context) => revokeGrants(context, grantIds));
  }

  revokeOAuthToken(token: {
    readonly tokenSha256: string;
    readonly clientId: string;
  }): Promise<Found<OAuthTokenRevocation>> {
    return this.#decide((context) => revokeToken(context, token));
  }

  oauthToken(tokenSha256: string): Promise<Found<OAuthToken>> {
    return this.#decide((context) => foundOf(viewToken(context, tokenSha256)));
  }

  /** Reads no directory and ends no lease: it only forgets. */
  async confirmShipped(outboxNumbers: readonly number[]): Promise<void> {
    this.#outbox.confirm(outboxNumbers);
  }

  async refreshDirectory(): Promise<void> {
    await this.#directory.refresh(Date.now());
    // Seats that were given or taken away act at once, and so do wallets that refill themselves from now on.
    this.#transact(considerAutoTopUps);
  }

  /** Delivered at least once. It must not throw: the platform would give up after a few attempts. */
  override async alarm(): Promise<void> {
    this.#schedule.fired();
    const nowMs = Date.now();
    try {
      await this.#freshen(nowMs);
      this.#transact(() => undefined);
      transact(this.ctx.storage, this.#store, () => {
        purgeOldRows(this.#store, nowMs);
      });
      await this.#finish(this.#outbox.flush());
      await this.#finish(this.#outbox.resend());
      await this.#archive.run(nowMs);
      this.#schedule.armFor(this.#store, this.#dueMs(), Date.now());
    } catch (error) {
      reportError("organization.alarm_failed", error);
      this.#schedule.armBy(nowMs + ALARM_RETRY_MS);
    }
  }

  /** Runs one command as one transaction. Nothing is awaited between its first read and its last write. */
  async #decide<Reply>(command: (context: CommandContext) => Reply): Promise<Reply | Refused> {
    await this.#freshen(Date.now());
    return this.#transact(command) ?? this.#refuseUnread();
  }

  /** Many commands as one transaction. When it cannot be written each gets its own: a bad one takes nobody down. */
  async #decideMany<Command, Reply>(
    commands: readonly Command[],
    decide: (context: CommandContext, command: Command) => Reply,
  ): Promise<readonly (Reply | Refused)[]> {
    await this.#freshen(Date.now());
    try {
      const replies = this.#transact((context) => commands.map((command) => decide(context, command)));
      return replies ?? commands.map(() => this.#refuseUnread());
    } catch {
      return commands.map((command) => this.#decideAlone((context) => decide(context, command)));
    }
  }

  #decideAlone<Reply>(decide: (context: CommandContext) => Reply): Reply | Refused {
    try {
      return this.#transact(decide) ?? this.#refuseUnread();
    } catch (error) {
      reportError("organization.command_failed", error);
      return UNAVAILABLE;
    }
  }

  /** There is no directory to decide with. */
  #refuseUnread(): Refused {
    if (!this.#directory.isAbsent) return UNAVAILABLE;
    this.#erase();
    return UNKNOWN;
  }

  /** Names of organizations that do not exist can be made up without end: they must leave nothing in storage. */
  #erase(): void {
    if (this.#erased) return;
    this.#erased = true;
    this.ctx.waitUntil(this.ctx.storage.deleteAll());
  }

  /** As `#decide`, for answers that have no refusal: an organization that was never read throws. */
  async #show<View>(view: (context: CommandContext) => View): Promise<View> {
    await this.#freshen(Date.now());
    const shown = this.#transact(view);
    if (shown === null) throw new Error("the organization's records cannot be read");
    return shown;
  }

  /** Ends what is due, then decides. Null: there is no directory to decide with. */
  #transact<Reply>(command: (context: CommandContext) => Reply): Reply | null {
    const index = this.#directory.index;
    if (index === null) return null;
    const context: CommandContext = {
      store: this.#store,
      index,
      directory: index.directory,
      nowMs: Date.now(),
      leaseMs: readConfig(this.env).leaseMs,
      paymentProvider: () => this.#paymentProvider(index.directory),
      transact: (work) => transact(this.ctx.storage, this.#store, work),
    };
    trackRates(context);
    const reply = transact(this.ctx.storage, this.#store, () => {
      applyDue(context);
      return command(context);
    });
    this.#ship();
    return reply;
  }

  /** Whether it can take money now; it is not asked for any. */
  #paymentProvider({ payments, settings }: Directory): ProviderStanding {
    const db = openControlDatabase(this.env.CONTROL_DB);
    const providers = createPaymentProviders(readConfig(this.env), db, Date.now);
    return standingOf(activeProvider(providers, payments?.provider), settings.currency);
  }

  /** Sends what was written and sets the alarm behind it, without keeping the caller waiting. */
  #ship(): void {
    const expiryMs = this.#store.reservations.nextExpiryMs();
    if (expiryMs !== null) this.#schedule.armBy(expiryMs);
    const seatsDueMs = this.#seatsDueMs();
    if (seatsDueMs !== null) this.#schedule.armBy(seatsDueMs);
    const topUpDueMs = this.#store.autoTopUps.nextDueMs();
    if (topUpDueMs !== null) this.#schedule.armBy(topUpDueMs);
    const sending = this.#outbox.gather();
    // Also behind a message that goes with those that are being gathered or sent already.
    if (this.#outbox.hasUnsent()) this.#armForOutbox();
    if (sending !== null) this.ctx.waitUntil(this.#finish(sending));
  }

  /** When what is due that the rows do not tell; null: nothing. */
  #dueMs(): number | null {
    const due = [this.#outbox.dueMs(), this.#seatsDueMs(), this.#archive.dueMs(Date.now())].filter(
      (dueMs) => dueMs !== null,
    );
    return due.length === 0 ? null : Math.min(...due);
  }

  #seatsDueMs(): number | null {
    const { index } = this.#directory;
    return index === null ? null : nextSeatsDueMs(index.directory, Date.now());
  }

  #armForOutbox(): void {
    const dueMs = this.#outbox.dueMs();
    if (dueMs !== null) this.#schedule.armBy(dueMs);
  }

  async #finish(sending: Promise<boolean>): Promise<void> {
    if (!(await sending)) this.#schedule.armBy(Date.now() + this.#outbox.retryDelayMs());
  }

  async #freshen(nowMs: number): Promise<void> {
    const { ready, checking } = this.#directory.freshen(nowMs);
    if (checking !== null) this.ctx.waitUntil(checking);
    if (ready !== null) await ready;
  }

  /** Remembers the head of the audit chain with it, for comparing later; that never keeps the directory from being read. */
  async #loadDirectory(): Promise<Directory | null> {
    const { organizationId } = this.#store;
    const { CONTROL_DB: controlDb } = this.env;
    const [directory, head] = await Promise.all([
      loadDirectory(controlDb, organizationId),
      readChainHead(openControlDatabase(controlDb), organizationId).catch((error: unknown) => {
        reportError("organization.audit_head_unread", error);
        return CHAIN_START;
      }),
    ]);
    if (directory !== null && head.sequence > 0 && !this.#erased) this.#store.auditAnchors.remember(head, Date.now());
    return directory;
  }

  #keepDirectory(directory: Directory, known: Directory | null): Directory {
    if (this.#erased) this.ctx.abort("the organization exists after all: start again with its tables");
    transact(this.ctx.storage, this.#store, () => {
      this.#store.directoryCopy.write(directory);
      notifyDeployments({ store: this.#store, nowMs: Date.now() }, known, directory);
      for (const owner of knownOwners(directory)) this.#store.wallets.open(owner);
    });
    return directory;
  }
}

function foundOf<T>(result: Result<T>): Found<T> {
  return result.ok ? { outcome: "found", value: result.value } : refuse(result.failure);
}

/** What fails here is tried again later, and must not stay unseen meanwhile. */
async function reportFailure<T>(event: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    reportError(event, error);
    throw error;
  }
}
