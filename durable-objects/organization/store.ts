/** All SQL of the Organization object, one small store per table. Every method is synchronous. Memory is only a memo of rows. */
import { identify } from "../shared/identity.ts";
import { ArchivedAccountStore } from "./store/archived-accounts.ts";
import { AuditAnchorStore } from "./store/audit-anchors.ts";
import { AutoTopUpStore } from "./store/auto-top-ups.ts";
import { BudgetAlertStore } from "./store/budget-alerts.ts";
import { DirectoryCopyStore } from "./store/directory-copy.ts";
import { EntryStore } from "./store/entries.ts";
import { LimitCounterStore } from "./store/limit-counters.ts";
import { MatchedPolicyStore } from "./store/matched-policies.ts";
import { OAuthGrantStore } from "./store/oauth-grants.ts";
import { OutboxRowStore } from "./store/outbox-rows.ts";
import { PaymentStore } from "./store/payments.ts";
import { PriceStore } from "./store/prices.ts";
import { RecentRequestStore } from "./store/recent-requests.ts";
import { ReservationStore } from "./store/reservations.ts";
import { ResponseStore } from "./store/responses.ts";
import { RotationStore } from "./store/rotation.ts";
import { SeatStore } from "./store/seats.ts";
import { TicketStore } from "./store/tickets.ts";
import { TransferStore } from "./store/transfers.ts";
import { UseReportStore } from "./store/use-reports.ts";
import { WalletStore } from "./store/wallets.ts";

export interface Store {
  readonly organizationId: string;
  readonly wallets: WalletStore;
  readonly reservations: ReservationStore;
  readonly recent: RecentRequestStore;
  readonly rotation: RotationStore;
  readonly seats: SeatStore;
  readonly limits: LimitCounterStore;
  readonly budgetAlerts: BudgetAlertStore;
  readonly useReports: UseReportStore;
  readonly tickets: TicketStore;
  readonly responses: ResponseStore;
  readonly entries: EntryStore;
  readonly archived: ArchivedAccountStore;
  readonly transfers: TransferStore;
  readonly payments: PaymentStore;
  readonly autoTopUps: AutoTopUpStore;
  readonly outbox: OutboxRowStore;
  readonly directoryCopy: DirectoryCopyStore;
  readonly auditAnchors: AuditAnchorStore;
  readonly oauth: OAuthGrantStore;
  /** Drops every memo of rows. */
  forget(): void;
}

/** Opens the storage of the organization that first used it; `name` is the object's name, where the runtime tells it. */
export function openStore(sql: SqlStorage, name: string | undefined): Store {
  const organizationId = identify(sql, name, "Organization");
  const wallets = new WalletStore(sql, organizationId);
  const prices = new PriceStore(sql);
  const matchedPolicies = new MatchedPolicyStore(sql);
  const reservations = new ReservationStore(sql, { prices, matchedPolicies });
  const recent = new RecentRequestStore(reservations);
  const seats = new SeatStore(sql);
  const archived = new ArchivedAccountStore(sql);
  const entries = new EntryStore(sql, organizationId, archived);
  const outbox = new OutboxRowStore(sql);
  const limits = new LimitCounterStore(sql);
  const budgetAlerts = new BudgetAlertStore(sql);
  const oauth = new OAuthGrantStore(sql);
  const autoTopUps = new AutoTopUpStore(sql);
  const remembering = [
    wallets,
    prices,
    matchedPolicies,
    reservations,
    recent,
    seats,
    limits,
    budgetAlerts,
    entries,
    outbox,
    oauth,
    autoTopUps,
  ];
  return {
    organizationId,
    wallets,
    reservations,
    recent,
    rotation: new RotationStore(),
    seats,
    limits,
    budgetAlerts,
    useReports: new UseReportStore(sql),
    tickets: new TicketStore(sql),
    responses: new ResponseStore(sql),
    entries,
    archived,
    transfers: new TransferStore(sql),
    payments: new PaymentStore(sql),
    autoTopUps,
    outbox,
    directoryCopy: new DirectoryCopyStore(sql),
    auditAnchors: new AuditAnchorStore(sql),
    oauth,
    forget: () => {
      for (const store of remembering) store.forget();
    },
  };
}

/**
 * Runs one synchronous transaction. Stores remember rows that they read or wrote, so that a busy object need not ask again; a
 * transaction that throws takes back what was written, and with it everything that is remembered.
 */
export function transact<T>(storage: DurableObjectStorage, store: Store, work: () => T): T {
  // Within another transaction: what that one has changed must be in the rows, where forgetting cannot lose it.
  writeChanges(store);
  try {
    return storage.transactionSync(() => {
      const result = work();
      writeChanges(store);
      return result;
    });
  } catch (error) {
    store.forget();
    throw error;
  }
}

function writeChanges({ wallets, limits, entries }: Store): void {
  wallets.writeChanges();
  limits.writeChanges();
  entries.writeChanges();
}
