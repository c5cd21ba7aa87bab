import { describe, expect, it, vi } from "vitest";
import type { UnreservedRequest } from "../../src/contract/commands.ts";
import { priceRecordSchema, toPrice } from "../../src/contract/price-record.ts";
import { auditLedger, SOUND, usageTotalNanos } from "../support/worker-audit.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  MODEL,
  nextId,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
  type TestOrganization,
} from "../support/worker-organization.ts";

/** What `settleCommand` costs: 1,000 × 1 + 100 × 10 per million. */
const COST_NANOS = 2_000_000n;

/** The price that the Worker saw: ten times what the object's price book says. */
const DEARER = toPrice(
  priceRecordSchema.parse({
    provider: "openai",
    model: "gone-model",
    input_price_per_million: "10",
    output_price_per_million: "100",
    endpoints: ["openai.chat"],
    per_call_fees: {},
  }),
);

function requestFor(rest: Partial<UnreservedRequest> = {}): UnreservedRequest {
  return {
    requestId: nextId("req"),
    reservationId: nextId("res"),
    attribution: {
      keyId: "key_1",
      gatewayId: null,
      userId: null,
      teamId: null,
      serviceUserId: null,
      agentId: null,
      agentRunId: null,
    },
    endpoint: "openai.chat",
    streamed: false,
    requestedModel: MODEL,
    metadata: { trip: "7" },
    currency: "USD",
    exchangeRate: "1",
    zdrMode: "off",
    targets: [
      { id: "managed-openai", provider: "openai", baseUrl: null, model: MODEL, price: { ...DEARER, model: MODEL } },
    ],
    createdAtMs: Date.now(),
    matched: [],
    ...rest,
  };
}

async function makeOrganization(): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "any", id: nextId("key") }] });
  await organization.stub.transfer(transferCommand({ amountNanos: 100n * HOLD_NANOS }));
  return organization;
}

const rowsOf = (requestId: string) =>
  delivered.flatMap(({ spend_log }) => (spend_log?.request_id === requestId ? [spend_log] : []));

describe("an unreserved request", () => {
  it("costs what the Worker saw, and another model what it cost at that instant", async () => {
    const organization = await makeOrganization();
    const { stub } = organization;
    const own = requestFor();
    const reply = await stub.settleUnreserved({ request: own, settlement: settleCommand(own.reservationId) });
    expect(reply).toMatchObject({ outcome: "ended", status: "settled", settledNanos: 10n * COST_NANOS });
    const gone = requestFor({
      targets: [{ id: "managed-openai", provider: "openai", baseUrl: null, model: "gone-model", price: DEARER }],
    });
    const other = settleCommand(gone.reservationId, { usage: usageOf(1_000, 100) });
    expect(await stub.settleUnreserved({ request: gone, settlement: other })).toMatchObject({
      settledNanos: COST_NANOS,
    });
    expect(await usageTotalNanos(organization)).toBe(11n * COST_NANOS);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("ends once: repeats get the first answer, other content is a conflict", async () => {
    const { stub } = await makeOrganization();
    const request = requestFor();
    const settlement = settleCommand(request.reservationId);
    const first = await stub.settleUnreserved({ request, settlement });
    expect(await stub.settleUnreserved({ request, settlement })).toEqual(first);
    expect(await stub.settle(settlement)).toEqual(first);
    const release = await stub.settleUnreserved({ request, settlement: releaseCommand(request.reservationId) });
    expect(failureOf(release)).toMatchObject({ kind: "conflict", code: "reservation_conflict" });
    expect(await stub.beginUnreserved(request)).toMatchObject({ outcome: "renewed" });
    expect((await stub.reservations({ status: "open", limit: 9, cursor: null })).data).toEqual([]);
  });

  it.each(["begun", "ended", "refused"] as const)("that was %s: its authorize comes too late", async (how) => {
    const organization = await makeOrganization();
    const { stub } = organization;
    const command = authorizeCommand(organization, "any");
    const request = requestFor({ reservationId: command.reservationId, requestId: command.requestId });
    const settlement = releaseCommand(command.reservationId);
    if (how === "begun") await stub.beginUnreserved(request);
    if (how === "ended") await stub.settleUnreserved({ request, settlement });
    if (how === "refused") await stub.settleUnreserved({ request: { ...request, targets: [] }, settlement });
    expect(failureOf(await stub.authorize(command))).toMatchObject({ kind: "conflict" });
    expect((await stub.wallets()).every((wallet) => wallet.heldNanos === 0n)).toBe(true);
  });

  it("is an ordinary settlement when the reservation was made after all", async () => {
    const organization = await makeOrganization();
    const { stub } = organization;
    const { reservationId, requestId } = granted(await stub.authorize(authorizeCommand(organization, "any")));
    const request = requestFor({ reservationId, requestId });
    await stub.beginUnreserved(request);
    const reply = await stub.settleUnreserved({ request, settlement: settleCommand(reservationId) });
    expect(reply).toMatchObject({ settledNanos: COST_NANOS, releasedNanos: HOLD_NANOS - COST_NANOS, flags: [] });
  });

  it("whose end comes after its lease is posted as late, once", async () => {
    const organization = await makeOrganization();
    const { stub } = organization;
    const request = requestFor();
    await stub.beginUnreserved(request);
    vi.setSystemTime(Date.now() + 2 * 60 * 60_000);
    try {
      await stub.wallets();
      const settlement = settleCommand(request.reservationId);
      const late = await stub.settleUnreserved({ request, settlement });
      expect(late).toMatchObject({ settledNanos: 10n * COST_NANOS, flags: ["unreserved", "late"] });
      expect(await stub.settleUnreserved({ request, settlement })).toEqual(late);
    } finally {
      vi.useRealTimers();
    }
    await expect.poll(() => rowsOf(request.requestId).length, { timeout: 10_000 }).toBe(2);
    const total = rowsOf(request.requestId).reduce((sum, row) => sum + BigInt(row.total_cost_nanos), 0n);
    expect(total).toBe(10n * COST_NANOS);
    expect(await usageTotalNanos(organization)).toBe(total);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("that was refused has the row of a refusal, of the instant when it was refused", async () => {
    const organization = await makeOrganization();
    const { stub } = organization;
    const request = requestFor({ targets: [] });
    const refusal = {
      ...releaseCommand(request.reservationId),
      status: "refused",
      flags: ["wallet_unavailable"],
    } as const;
    await stub.settleUnreserved({ request, settlement: refusal });
    await expect.poll(() => rowsOf(request.requestId).length, { timeout: 10_000 }).toBe(1);
    expect(rowsOf(request.requestId)[0]).toMatchObject({
      status: "refused",
      flags: ["wallet_unavailable"],
      metadata: { trip: "7" },
      created_at_ms: request.createdAtMs,
      reservation_id: null,
    });
  });
});
