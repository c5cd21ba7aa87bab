/** Reads the books of organizations from a gateway, as its platform admin. */
import type { Books, Entry, SpendRow, State } from "./books.ts";

type Json = Readonly<Record<string, unknown>>;

/** Answers `GET` of a path under `/v1`. Throws when the gateway refuses. */
export type Get = (path: string) => Promise<Json>;

export function createGet(url: string, token: string): Get {
  const base = url.replace(/\/+$/, "").replace(/\/v1$/, "");
  return async (path) => {
    const response = await fetch(`${base}/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = objectOf(await response.json());
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body["error"])}`);
    return body;
  };
}

export async function listOrganizationIds(get: Get): Promise<readonly string[]> {
  return (await readAll(get, "/admin/organizations?limit=200")).map((row) => text(row["id"]));
}

/**
 * Spend logs before the ledger's state, and that before the copy: a row that is seen has its entry, and an entry of the state
 * has had the time to arrive.
 */
export async function readBooks(get: Get, organizationId: string): Promise<Books> {
  const whose = `organization_id=${encodeURIComponent(organizationId)}&limit=200`;
  const spend = await readAll(get, `/admin/spend/logs?${whose}`);
  const state = await readState(get, organizationId);
  const entries = await readAll(get, `/admin/ledger/entries?source=object&${whose}`);
  const copies = await readAll(get, `/admin/ledger/entries?source=copy&${whose}`);
  const { lastSequence: endSequence } = await readState(get, organizationId);
  return {
    organizationId,
    state,
    endSequence,
    entries: entries.map(toEntry),
    copies: copies.map(toEntry),
    spend: spend.flatMap(toSpendRow),
  };
}

async function readState(get: Get, organizationId: string): Promise<State> {
  const body = await get(`/admin/ledger?organization_id=${encodeURIComponent(organizationId)}`);
  return {
    lastSequence: Number(body["last_sequence"]),
    archivedThroughSequence: Number(body["archived_through_sequence"]),
    archived: new Map(listOf(body["archived"]).map((row) => [text(row["account"]), nanos(row["sum"])])),
    wallets: listOf(body["wallets"]).map((row) => ({
      id: text(row["id"]),
      balanceNanos: nanos(row["balance"]),
      heldNanos: nanos(row["held"]),
      openHoldsNanos: nanos(row["open_holds"]),
    })),
  };
}

async function readAll(get: Get, path: string): Promise<Json[]> {
  const rows: Json[] = [];
  let cursor = "";
  for (;;) {
    const page = await get(`${path}${cursor}`);
    rows.push(...listOf(page["data"]));
    if (page["next_cursor"] === null) return rows;
    cursor = `&cursor=${encodeURIComponent(text(page["next_cursor"]))}`;
  }
}

function toEntry(row: Json): Entry {
  return {
    id: text(row["id"]),
    sequence: Number(row["sequence"]),
    type: text(row["type"]),
    currency: text(row["currency"]),
    reservationId: textOrNull(row["reservation_id"]),
    createdAt: text(row["created_at"]),
    lines: listOf(row["lines"]).map((line) => ({
      account: text(line["account"]),
      amountNanos: nanos(line["amount"]),
      balanceAfterNanos: line["balance_after"] === null ? null : nanos(line["balance_after"]),
    })),
  };
}

function toSpendRow(row: Json): readonly SpendRow[] {
  const reservationId = textOrNull(row["reservation_id"]);
  if (reservationId === null) return [];
  const { id, currency, total_cost: total } = row;
  return [{ id: text(id), reservationId, currency: text(currency), totalNanos: nanos(total) }];
}

function objectOf(value: unknown): Json {
  if (typeof value !== "object" || value === null) throw new TypeError("the gateway answered no JSON object");
  return { ...value };
}

function listOf(value: unknown): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError("the gateway answered no list");
  return value.map(objectOf);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`not a text: ${JSON.stringify(value)}`);
  return value;
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}

/** A decimal with at most nine decimals. */
function nanos(value: unknown): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text(value));
  if (match === null) throw new TypeError(`not an amount: ${text(value)}`);
  const [, sign = "", units = "", fraction = ""] = match;
  const amount = BigInt(units) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -amount : amount;
}
