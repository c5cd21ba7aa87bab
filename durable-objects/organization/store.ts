/** All SQL of the Organization object, one small store per table. Every method is synchronous. */
import { DirectoryCopyStore } from "./store/directory-copy.ts";
import { EntryStore } from "./store/entries.ts";
import { OutboxRowStore } from "./store/outbox-rows.ts";
import { ReservationStore } from "./store/reservations.ts";
import { ResponseStore } from "./store/responses.ts";
import { TicketStore } from "./store/tickets.ts";
import { TransferStore } from "./store/transfers.ts";
import { WalletStore } from "./store/wallets.ts";

export interface Store {
  readonly organizationId: string;
  readonly wallets: WalletStore;
  readonly reservations: ReservationStore;
  readonly tickets: TicketStore;
  readonly responses: ResponseStore;
  readonly entries: EntryStore;
  readonly transfers: TransferStore;
  readonly outbox: OutboxRowStore;
  readonly directoryCopy: DirectoryCopyStore;
}

/** Opens the storage of one organization; throws when it was first used for another one. */
export function openStore(sql: SqlStorage, organizationId: string): Store {
  sql.exec("INSERT INTO identity (only_row, organization_id) VALUES (1, ?) ON CONFLICT DO NOTHING", organizationId);
  const stored = sql.exec<{ organization_id: string }>("SELECT organization_id FROM identity").one().organization_id;
  if (stored !== organizationId) throw new Error(`this storage belongs to ${stored}, not to ${organizationId}`);
  return {
    organizationId,
    wallets: new WalletStore(sql, organizationId),
    reservations: new ReservationStore(sql),
    tickets: new TicketStore(sql),
    responses: new ResponseStore(sql),
    entries: new EntryStore(sql),
    transfers: new TransferStore(sql),
    outbox: new OutboxRowStore(sql),
    directoryCopy: new DirectoryCopyStore(sql),
  };
}
