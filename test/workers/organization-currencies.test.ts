/** Every currency to the nano. The expected amounts are worked out by hand from tokens, prices and rates. */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Currency } from "../../src/core/money.ts";
import { call } from "../support/worker-api.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  factsFor,
  failureOf,
  granted,
  nextId,
  settleCommand,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";
import { cascadeOf, giveSeat, setPlan } from "../support/worker-seats.ts";

const RICH = 10n ** 15n;
/** (1,001 × 1.00 + 101 × 10.00) per million USD: 2,011,000 nano-USD before the buffer. */
const FACTS = factsFor({ tokens: 1_001, outputCapTokens: 101 });

afterEach(() => {
  vi.useRealTimers();
});

async function setRates(rates: Readonly<Record<string, string>>): Promise<void> {
  const reply = await call("PUT /v1/admin/exchange-rates", { body: rates });
  expect(reply.status).toBe(200);
}

async function organizationIn(
  currency: Currency,
  settings: Readonly<Record<string, unknown>> = {},
  amountNanos = RICH,
) {
  const organization = await createOrganization({
    settings: { currency, ...settings },
    keys: [{ token: "gateway", mayAssertIdentity: true }],
  });
  if (amountNanos > 0n) await organization.stub.transfer(transferCommand({ amountNanos, currency }));
  return organization;
}

async function hold(organization: TestOrganization, rest: Parameters<typeof authorizeCommand>[2] = {}) {
  return granted(
    await organization.stub.authorize(authorizeCommand(organization, "gateway", { facts: FACTS, ...rest })),
  );
}

async function organizationWallet({ id, stub }: TestOrganization) {
  const wallet = (await stub.wallets()).find(({ ownerId }) => ownerId === id);
  if (wallet === undefined) throw new Error("no organization wallet");
  return wallet;
}

it.each(["EUR", "GBP", "JPY", "AUD", "CAD", "CNY"] as const)(
  "without a rate %s is refused, and nothing is held",
  async (currency) => {
    const organization = await organizationIn(currency);
    const { stub } = organization;
    const command = authorizeCommand(organization, "gateway");
    expect(failureOf(await stub.authorize(command))).toEqual({ kind: "exchange_rate_missing", currency });
    expect(failureOf(await stub.estimate(command))).toEqual({ kind: "exchange_rate_missing", currency });
    expect(await organizationWallet(organization)).toMatchObject({ balanceNanos: RICH, heldNanos: 0n });
    expect((await stub.reservations({ limit: 9, cursor: null, status: null })).data).toEqual([]);
  },
);

describe("with rates", () => {
  beforeAll(() =>
    setRates({
      EUR: "0.923456789",
      GBP: "0.787654321",
      JPY: "149.3",
      AUD: "1.5312",
      CAD: "1.3987654",
      CNY: "7.123456789",
    }),
  );

  // Held: 2,011,000 × 1.2 × rate. Cost of 7 input and 3 output tokens: 37,000 × rate, of which 7,000 × rate is input.
  it.each([
    { currency: "USD", rate: "1", held: 2_413_200n, cost: 37_000n, parts: ["7000", "30000"] },
    { currency: "EUR", rate: "0.923456789", held: 2_228_486n, cost: 34_168n, parts: ["6464", "27704"] },
    { currency: "GBP", rate: "0.787654321", held: 1_900_767n, cost: 29_143n, parts: ["5513", "23630"] },
    { currency: "JPY", rate: "149.3", held: 360_290_760n, cost: 5_524_100n, parts: ["1045100", "4479000"] },
    { currency: "AUD", rate: "1.5312", held: 3_695_092n, cost: 56_654n, parts: ["10718", "45936"] },
    { currency: "CAD", rate: "1.3987654", held: 3_375_501n, cost: 51_754n, parts: ["9791", "41963"] },
    { currency: "CNY", rate: "7.123456789", held: 17_190_326n, cost: 263_568n, parts: ["49864", "213704"] },
  ] as const)("$currency holds and settles exactly", async ({ currency, rate, held, cost, parts }) => {
    const organization = await organizationIn(currency);
    const grant = await hold(organization);
    expect(grant).toMatchObject({ currency, exchangeRate: rate, heldNanos: held, availableNanos: RICH - held });
    await evictDurableObject(organization.stub);
    const end = await organization.stub.settle(settleCommand(grant.reservationId, { usage: usageOf(7, 3) }));
    expect(end).toMatchObject({ settledNanos: cost, releasedNanos: held - cost, currency });
    expect(await organizationWallet(organization)).toMatchObject({
      balanceNanos: RICH - cost,
      heldNanos: 0n,
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
    await vi.waitFor(
      () => {
        const row = delivered.find(({ spend_log }) => spend_log?.reservation_id === grant.reservationId)?.spend_log;
        expect(row).toMatchObject({
          currency,
          exchange_rate: rate,
          held_amount_nanos: held.toString(),
          input_cost_nanos: parts[0],
          output_cost_nanos: parts[1],
          total_cost_nanos: cost.toString(),
        });
      },
      { timeout: 20_000 },
    );
  });

  it.each([
    { buffer: 0, currency: "JPY", held: 300_242_300n },
    { buffer: 12.34, currency: "JPY", held: 337_292_200n },
    { buffer: 1_000, currency: "JPY", held: 3_302_665_300n },
    { buffer: 0, currency: "EUR", held: 1_857_072n },
    { buffer: 12.34, currency: "EUR", held: 2_086_234n },
    { buffer: 1_000, currency: "EUR", held: 20_427_788n },
  ] as const)("a buffer of $buffer % in $currency", async ({ buffer, currency, held }) => {
    const organization = await organizationIn(currency, { reserve_buffer_pct: buffer });
    expect((await hold(organization)).heldNanos).toBe(held);
  });

  it("rounds half a nano-unit up, once", async () => {
    await setRates({ CAD: "1.00005" });
    const organization = await organizationIn("CAD");
    const { reservationId } = await hold(organization);
    // 10,000 nano-USD are 10,000.5.
    expect(await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(10, 0) }))).toMatchObject({
      settledNanos: 10_001n,
    });
    await setRates({ CAD: "1.3987654" });
  });

  it("a cost given in USD is converted at the rate of the hold", async () => {
    const organization = await organizationIn("GBP");
    const { reservationId } = await hold(organization);
    const end = await organization.stub.settle(settleCommand(reservationId, { usage: null, costUsdNanos: 1_000_001n }));
    // 1,000,001 × 0.787654321 = 787,655.108654321
    expect(end).toMatchObject({ settledNanos: 787_655n });
  });

  it("a seat's credit is in the organization's currency", async () => {
    const ada = nextId("mem");
    const organization = await createOrganization({
      settings: { currency: "JPY" },
      members: [{ id: ada, name: "Ada" }],
      keys: [{ token: "gateway", memberId: ada }],
    });
    await setPlan(organization, 1, 500_000_000_000n);
    await giveSeat(organization, ada);
    const { reservationId, wallet } = await hold(organization);
    expect(wallet?.scope).toBe("seat");
    await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(7, 3) }));
    expect(await cascadeOf(organization, ada)).toMatchObject({ seat: `${500_000_000_000n - 5_524_100n}/0` });
  });
});

describe("the rate of a hold", () => {
  it("is the one at its moment; the next hold has the new one at once", async () => {
    await setRates({ JPY: "149.3" });
    const organization = await organizationIn("JPY");
    const { stub } = organization;
    const grant = await hold(organization);
    await setRates({ JPY: "200.123456789" });
    expect((await stub.reservations({ limit: 1, cursor: null, status: "open" })).data[0]?.exchangeRate).toBe("149.3");
    // 2,011,000 × 1.2 × 200.123456789 = 482,937,925.92…
    expect(await hold(organization)).toMatchObject({ exchangeRate: "200.123456789", heldNanos: 482_937_926n });
    const end = await stub.settle(settleCommand(grant.reservationId, { usage: usageOf(7, 3) }));
    expect(end).toMatchObject({ settledNanos: 5_524_100n });
  });

  it("also settles what comes late, after expiry and a change", async () => {
    await setRates({ JPY: "149.3" });
    const organization = await organizationIn("JPY");
    const { stub } = organization;
    const { reservationId } = await hold(organization);
    await stub.checkpoint({ reservationId, usage: usageOf(7, 1) });
    await setRates({ JPY: "99.9" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
    // 17,000 × 149.3
    expect((await organizationWallet(organization)).balanceNanos).toBe(RICH - 2_538_100n);
    const end = await stub.settle(settleCommand(reservationId, { usage: usageOf(7, 3) }));
    expect(end).toMatchObject({ settledNanos: 5_524_100n, flags: ["late"] });
    expect((await organizationWallet(organization)).balanceNanos).toBe(RICH - 5_524_100n);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("is a ticket's while that is redeemed, whatever the rate is by then", async () => {
    await setRates({ JPY: "149.3" });
    const organization = await organizationIn("JPY", {}, 0n);
    const { stub } = organization;
    const refused = failureOf(await stub.authorize(authorizeCommand(organization, "gateway", { facts: FACTS })));
    if (refused.kind !== "insufficient_funds" || refused.ticket === null) throw new Error("no ticket");
    expect(refused).toMatchObject({ requiredNanos: 360_290_760n, currency: "JPY" });
    await setRates({ JPY: "300" });
    await stub.transfer(transferCommand({ amountNanos: 360_290_760n, currency: "JPY" }));
    expect(failureOf(await stub.authorize(authorizeCommand(organization, "gateway", { facts: FACTS })))).toMatchObject({
      kind: "insufficient_funds",
      requiredNanos: 723_960_000n,
    });
    const grant = await hold(organization, { ticketId: refused.ticket.id });
    expect(grant).toMatchObject({ exchangeRate: "149.3", heldNanos: 360_290_760n, ticketId: refused.ticket.id });
    const end = await stub.settle(settleCommand(grant.reservationId, { usage: usageOf(7, 3) }));
    expect(end).toMatchObject({ settledNanos: 5_524_100n });
  });
});
