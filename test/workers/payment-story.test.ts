/** Payments from end to end by chance: whatever came in between, each captured session is credited once, and the ledger agrees with the rows. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { deps, errors, makeOrganization } from "../support/worker-api.ts";
import { PaymentStory } from "../support/worker-payment-story.ts";
import { stubOf } from "../support/worker-organization.ts";

const STEPS = 60;
const WHOLE_NANOS = 25_000_000_000n;

afterEach(() => {
  vi.restoreAllMocks();
});

interface LedgerSums {
  readonly topUps: readonly string[];
  readonly refundedNanos: bigint;
  readonly balanceNanos: bigint;
  readonly suspendedNanos: bigint;
  readonly lostNanos: bigint;
}

function readLedger(organizationId: string): Promise<LedgerSums> {
  return runInDurableObject(stubOf(organizationId), (_instance, { storage }) => {
    const sum = (condition: string): bigint =>
      BigInt(
        storage.sql
          .exec<{ total: string }>(
            `SELECT CAST(coalesce(sum(amount_nanos), 0) AS TEXT) AS total FROM ledger_line JOIN ledger_entry USING (sequence) WHERE ${condition}`,
          )
          .one().total,
      );
    const notes = storage.sql.exec<{ note: string }>(
      "SELECT note FROM ledger_entry WHERE type = 'top_up' ORDER BY note",
    );
    return {
      topUps: notes.toArray().map(({ note }) => note.split(" ")[0] ?? ""),
      refundedNanos: sum("type = 'refund' AND account = 'external'"),
      lostNanos: sum("type = 'dispute_lost' AND account = 'external'"),
      suspendedNanos: sum("account = 'suspended'"),
      balanceNanos: sum("account LIKE 'wallet:%'"),
    };
  });
}

async function readRows(organizationId: string) {
  const all = async (query: string): Promise<readonly Record<string, unknown>[]> =>
    (await env.CONTROL_DB.prepare(query).bind(organizationId).all()).results;
  return {
    sessions: await all(
      "SELECT id, status, entry_id, captured_nanos, refunded_nanos FROM payment_sessions WHERE organization_id = ? ORDER BY id",
    ),
    waiting: await all(
      "SELECT provider_type, attempts, session_id FROM payment_events WHERE processed_at_ms IS NULL AND session_id IN (SELECT id FROM payment_sessions WHERE organization_id = ?)",
    ),
    refunds: await all(
      "SELECT id, session_id, status, entry_id, amount_nanos, next_check_at_ms FROM payment_refunds WHERE organization_id = ?",
    ),
  };
}

function captured(state: unknown): boolean {
  return JSON.parse(String(state)).status === "captured";
}

async function paidSessions(organizationId: string): Promise<readonly string[]> {
  const { results } = await env.CONTROL_DB.prepare(
    "SELECT idempotency_key AS id, state_json AS state FROM sandbox_records WHERE kind = 'checkout' AND state_json LIKE ? ORDER BY idempotency_key",
  )
    .bind(`%${organizationId}%`)
    .all();
  return results.filter(({ state }) => captured(state)).map(({ id }) => String(id));
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])("agree at rest, with seed %i", async (seed) => {
  const organization = await makeOrganization();
  const story = new PaymentStory(seed, organization);
  const real = { ...deps };
  vi.spyOn(deps, "organization").mockImplementation((id) => story.wrap(real.organization(id)));
  await story.begin();
  for (let step = 0; step < STEPS; step += 1) await story.step();
  await story.rest();
  errors.length = 0;

  const { sessions, waiting, refunds } = await readRows(organization.id);
  const ledger = await readLedger(organization.id);
  const paid = await paidSessions(organization.id);
  // What went back before it was ever credited is in no ledger.
  const uncredited = new Set(sessions.filter(({ entry_id }) => entry_id === null).map(({ id }) => String(id)));
  const givenBack = sessions.filter(({ id, status }) => status === "refunded" && uncredited.has(String(id)));
  expect(ledger.topUps).toEqual(paid.filter((id) => !givenBack.some((session) => session["id"] === id)));
  for (const { id, status } of sessions) {
    const isPaid = paid.includes(String(id));
    expect([id, status]).toEqual([
      id,
      expect.stringMatching(isPaid ? /^(completed|refunded)$/ : /^(canceled|failed|expired)$/),
    ]);
  }
  expect(waiting).toEqual([]);
  expect(refunds.filter(({ status, next_check_at_ms }) => status !== "failed" && next_check_at_ms !== null)).toEqual(
    [],
  );

  const sumOf = (rows: readonly Record<string, unknown>[], name: string): bigint =>
    rows.reduce((sum, row) => sum + BigInt(String(row[name])), 0n);
  const refundedNanos = sumOf(
    refunds.filter(({ status }) => status === "succeeded"),
    "amount_nanos",
  );
  expect(sumOf(sessions, "refunded_nanos")).toBe(refundedNanos);
  expect(ledger.refundedNanos).toBe(refundedNanos - BigInt(givenBack.length) * WHOLE_NANOS);
  const credited = BigInt(ledger.topUps.length) * WHOLE_NANOS;
  expect(ledger.balanceNanos).toBe(credited - ledger.refundedNanos - ledger.lostNanos - ledger.suspendedNanos);
  for (const { captured_nanos, refunded_nanos } of sessions) {
    expect(Number(refunded_nanos)).toBeLessThanOrEqual(Number(captured_nanos));
  }
});
