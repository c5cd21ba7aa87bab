/** Books with top-ups, refunds and disputes: the reconciliation and `npm run verify-ledger` agree with them, and find damage. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { verifyOrganization } from "../../scripts/verify-ledger/verify.ts";
import { copyLedger } from "../../src/platform/d1/ledger-copy.ts";
import { call, makeOrganization } from "../support/worker-api.ts";
import { delivered } from "../support/worker-main.ts";
import { act, makeCheckout } from "../support/worker-payments.ts";

let id: string;
let token: string;

const check = () => call("GET /v1/reconciliation", { token });
const verify = () => verifyOrganization(async (path) => (await call(`GET /v1${path}`)).body, id, 0);

/** top_up, refund, top_up, dispute, dispute_won, top_up, dispute, dispute_lost, top_up, dispute. */
const ENTRIES = 10;

beforeEach(async () => {
  const owner = await makeOrganization();
  ({ id, token } = owner);
  const pay = async () => {
    const checkout = await makeCheckout({ amount: "25.00" }, Promise.resolve(owner));
    await act(checkout, "pay");
    return checkout;
  };
  const refunded = await pay();
  await call("POST /v1/admin/payments/refund", { body: { session_id: refunded.id, amount: "7.50" } });
  const won = await pay();
  await act(won, "dispute");
  await act(won, "win_dispute");
  const lost = await pay();
  await act(lost, "dispute");
  await act(lost, "lose_dispute");
  await act(await pay(), "dispute");
  const own = () => delivered.filter(({ entry }) => entry?.organization_id === id);
  await expect.poll(() => new Set(own().map(({ entry }) => entry?.sequence)).size, { timeout: 10_000 }).toBe(ENTRIES);
  await copyLedger(env.SPEND_DB, own());
  await expect.poll(async () => (await check()).body["unshipped_messages"], { timeout: 10_000 }).toBe(0);
});

test("sound books agree, everywhere", async () => {
  expect((await check()).body).toMatchObject({ balance: "42.50", last_sequence: ENTRIES, first_difference: null });
  expect(await verify()).toMatchObject({ differences: [], entries: ENTRIES });
});

describe("damage is found by both", () => {
  const entryOf = (type: string) =>
    `entry_id = (SELECT id FROM ledger_entries WHERE organization_id = ?1 AND type = '${type}' ORDER BY sequence LIMIT 1)`;
  test.each([
    [
      "a changed top-up",
      `UPDATE ledger_lines SET amount_nanos = amount_nanos + 1 WHERE line = 1 AND ${entryOf("top_up")}`,
    ],
    ["a refund without its wallet", `DELETE FROM ledger_lines WHERE line = 0 AND ${entryOf("refund")}`],
    [
      "a larger refund, on both of its sides",
      `UPDATE ledger_lines SET amount_nanos = amount_nanos * 2 WHERE ${entryOf("refund")}`,
    ],
    [
      "a dispute of another amount",
      `UPDATE ledger_lines SET amount_nanos = 5 WHERE line = 1 AND ${entryOf("dispute")}`,
    ],
    [
      "a lost dispute that comes back to the wallet",
      `UPDATE ledger_lines SET account = (SELECT account FROM ledger_lines WHERE line = 1 AND ${entryOf("top_up")}) WHERE line = 1 AND ${entryOf("dispute_lost")}`,
    ],
  ])("%s", async (_name, damage) => {
    await env.SPEND_DB.prepare(damage).bind(id).run();
    expect((await check()).body["first_difference"]).not.toBeNull();
    expect((await verify()).differences).not.toEqual([]);
  });
});
