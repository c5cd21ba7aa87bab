import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { consumeDeadLetters } from "../../src/queue/dead-letter-consumer.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";

function message(organizationId: string, sequence: number, id = `ent_${organizationId}_${sequence}`): LedgerMessage {
  return {
    entry: {
      id,
      organization_id: organizationId,
      sequence,
      type: "credit",
      currency: "USD",
      reservation_id: null,
      request_id: null,
      actor: "platform_admin",
      note: null,
      flags: [],
      created_at_ms: 0,
      lines: [
        { line: 0, account: "external", amount_nanos: "-1", balance_after_nanos: null },
        { line: 1, account: "wallet:w", amount_nanos: "1", balance_after_nanos: "1" },
      ],
    },
    spend_log: null,
    outbox_number: sequence + 100,
  };
}

/** What was confirmed to whom, call by call. */
async function confirmedBy(consume: typeof consumeLedger, bodies: readonly unknown[]) {
  const batch = createMessageBatch(
    "keeptrusts-ledger",
    bodies.map((body) => ({ id: crypto.randomUUID(), timestamp: new Date(0), attempts: 1, body })),
  );
  const calls: [string, readonly number[]][] = [];
  await consume(batch, env, 0, async (organizationId, numbers) => {
    calls.push([organizationId, numbers]);
  });
  const result = await getQueueResult(batch, createExecutionContext());
  return { calls, retried: result.retryMessages.length };
}

test("what is stored is confirmed, in one call for each organization", async () => {
  const bodies = [message("org_a", 1), message("org_b", 1), message("org_a", 2)];
  const first = await confirmedBy(consumeLedger, bodies);
  expect(first.calls).toEqual([
    ["org_a", [101, 102]],
    ["org_b", [101]],
  ]);
  expect(await confirmedBy(consumeLedger, bodies)).toEqual(first);
});

test("what is not stored is not confirmed; what waits for a person is", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  await confirmedBy(consumeLedger, [message("org_c", 1)]);
  const contradiction = message("org_c", 1, "ent_other");
  const unreadable = { ...message("org_c", 3), surprise: true };
  const { calls, retried } = await confirmedBy(consumeLedger, [contradiction, message("org_c", 2), unreadable]);
  expect(calls).toEqual([["org_c", [103, 102]]]);
  expect(retried).toBe(1);
  expect(logged).toHaveBeenCalledOnce();
  expect(await confirmedBy(consumeDeadLetters, [contradiction])).toEqual({ calls: [["org_c", [101]]], retried: 0 });
});
