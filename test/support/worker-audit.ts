/** Audits an organization's rows with SQL of its own: sums that must hold at every instant. */
import { runInDurableObject } from "cloudflare:test";
import type { TestOrganization } from "./worker-organization.ts";

export const SOUND = {
  unbalancedEntries: "0",
  walletsOffBalance: "0",
  walletsOffHeld: "0",
  countersOffHeld: "0",
  gaps: "0",
};

const QUERIES = {
  unbalancedEntries: `SELECT CAST(count(*) AS TEXT) AS value FROM
    (SELECT 1 FROM ledger_line GROUP BY sequence HAVING sum(amount_nanos) <> 0)`,
  walletsOffBalance: `SELECT CAST(count(*) AS TEXT) AS value FROM wallet WHERE balance_nanos <>
    (SELECT coalesce(sum(amount_nanos), 0) FROM ledger_line WHERE account = 'wallet:' || wallet.id) +
    coalesce((SELECT CAST(sum_nanos AS INTEGER) FROM archived_account WHERE account = 'wallet:' || wallet.id), 0)`,
  // What was held later is a list of wallets and amounts, beside what was granted.
  walletsOffHeld: `SELECT CAST(count(*) AS TEXT) AS value FROM wallet WHERE held_nanos <>
    (SELECT coalesce(sum(held_nanos), 0) FROM reservation WHERE wallet_id = wallet.id AND status = 'open') +
    (SELECT coalesce(sum(CAST(substr(json_extract(part.value, '$.amountNanos'), 3) AS INTEGER)), 0)
     FROM reservation, json_each(reservation.extension) AS part
     WHERE status = 'open' AND json_extract(part.value, '$.walletId') = wallet.id)`,
  countersOffHeld: `SELECT CAST(count(*) AS TEXT) AS value FROM limit_counter WHERE held <>
    (SELECT coalesce(sum(CAST(substr(json_extract(each.value, '$.held'), 3) AS INTEGER)), 0)
     FROM reservation, json_each(reservation.takes) AS each
     WHERE status = 'open' AND json_extract(each.value, '$.key') = limit_counter.key)`,
  gaps: `SELECT CAST(coalesce(max(sequence), 0) - count(*) - (SELECT coalesce(max(last_sequence), 0) FROM archived_account
      WHERE EXISTS (SELECT 1 FROM ledger_entry)) AS TEXT) AS value FROM ledger_entry`,
};

/** Counts what is wrong; `SOUND` when nothing is. */
export function auditLedger({ stub }: TestOrganization): Promise<typeof SOUND> {
  return runInDurableObject(stub, (_instance, { storage }) => {
    const count = (query: string): string => storage.sql.exec<{ value: string }>(query).one().value;
    return {
      unbalancedEntries: count(QUERIES.unbalancedEntries),
      walletsOffBalance: count(QUERIES.walletsOffBalance),
      walletsOffHeld: count(QUERIES.walletsOffHeld),
      countersOffHeld: count(QUERIES.countersOffHeld),
      gaps: count(QUERIES.gaps),
    };
  });
}

/** What usage cost in total, as the ledger's own account has it. */
export function usageTotalNanos({ stub }: TestOrganization): Promise<bigint> {
  return runInDurableObject(stub, (_instance, { storage }) => {
    const query =
      "SELECT CAST(coalesce(sum(amount_nanos), 0) AS TEXT) AS total FROM ledger_line WHERE account = 'usage'";
    return BigInt(storage.sql.exec<{ total: string }>(query).one().total);
  });
}
