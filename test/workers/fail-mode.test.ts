/** What becomes of model traffic when an organization's object is unreachable, overloaded, slow or throwing. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Fault } from "../support/faulty-organization.ts";
import { call, textOf } from "../support/worker-api.ts";
import { auditLedger, SOUND, usageTotalNanos } from "../support/worker-audit.ts";
import { stubOf } from "../support/worker-organization.ts";
import {
  broken,
  chat,
  COST_NANOS,
  deliverQueue,
  failing,
  faults,
  makeTenant,
  queued,
  restartIsolate,
  rowsOfTenant,
  upstreamCalls,
  type Tenant,
} from "../support/worker-proxy.ts";

const CREDIT_NANOS = 10_000_000_000n;

afterEach(restartIsolate);

async function booksOf(tenant: Tenant) {
  const stub = stubOf(tenant.id);
  const organization = { id: tenant.id, stub };
  expect(await auditLedger(organization)).toEqual(SOUND);
  const wallets = await stub.wallets();
  return {
    heldNanos: wallets.reduce((sum, wallet) => sum + wallet.heldNanos, 0n),
    balanceNanos: wallets.reduce((sum, wallet) => sum + wallet.balanceNanos, 0n),
    usedNanos: await usageTotalNanos(organization),
    open: (await stub.reservations({ status: "open", limit: 10, cursor: null })).data.length,
  };
}

const UNSPENT = { heldNanos: 0n, balanceNanos: CREDIT_NANOS, usedNanos: 0n, open: 0 };
const SPENT = { heldNanos: 0n, balanceNanos: CREDIT_NANOS - COST_NANOS, usedNanos: COST_NANOS, open: 0 };

/** The one row, once it has come. */
async function onlyRow(tenant: Tenant) {
  await vi.waitFor(() => expect(rowsOfTenant(tenant)).not.toHaveLength(0), { timeout: 10_000 });
  const rows = rowsOfTenant(tenant);
  expect(rows).toHaveLength(1);
  return rows[0];
}

const OUTAGES = ["unreachable", "overloaded", "throws", "no_stub", "slow", "answer_lost", "late"] as const;

/** One request of a new organization each, while its object fails; then all work again, and the queue is delivered. */
async function sendDuring<F extends Fault>(outages: readonly F[], mode: "closed" | "open", stream: boolean) {
  const sent = await Promise.all(
    outages.map(async (fault) => {
      const tenant = await makeTenant({ wallet_fail_mode: mode });
      faults.fail(fault, tenant.id);
      const answer = await chat(tenant, { stream });
      await answer.lifeOver;
      return { fault, tenant, answer };
    }),
  );
  const queuedCount = queued.length;
  faults.heal();
  await deliverQueue();
  await faults.runLate();
  return { sent, queuedCount };
}

describe.each([false, true])("an object that does not answer (stream: %s)", (stream) => {
  it("closed: nothing leaves and nothing stays held", async () => {
    const { sent, queuedCount } = await sendDuring(OUTAGES, "closed", stream);
    expect(upstreamCalls).toHaveLength(0);
    expect(queuedCount).toBe(OUTAGES.length);
    for (const { fault, tenant, answer } of sent) {
      expect(answer.status, fault).toBe(503);
      expect(answer.headers.get("retry-after"), fault).toBe("1");
      expect(JSON.parse(answer.text).error.code, fault).toBe("wallet_unavailable");
      expect(await booksOf(tenant), fault).toEqual(UNSPENT);
      const row = await onlyRow(tenant);
      expect(row, fault).toMatchObject({ status: "refused", total_cost_nanos: "0", requested_model: "gpt-5.4-mini" });
      expect(row?.flags, fault).toContain("wallet_unavailable");
    }
  });

  it("open: it leaves, and is posted once", async () => {
    const { sent } = await sendDuring(OUTAGES, "open", stream);
    expect(upstreamCalls).toHaveLength(OUTAGES.length);
    for (const { fault, tenant, answer } of sent) {
      expect(answer.status, fault).toBe(200);
      expect(answer.headers.get("x-keeptrusts-unreserved"), fault).toBe("true");
      expect(answer.headers.get("x-keeptrusts-balance-available"), fault).toBeNull();
      expect(answer.headers.get("x-keeptrusts-wallet-scope"), fault).toBeNull();
      expect(answer.headers.get("x-keeptrusts-cost"), fault).toBe(stream ? null : "0.000453");
      expect(answer.text, fault).toContain("Hello.");
      expect(await booksOf(tenant), fault).toEqual(SPENT);
      const row = await onlyRow(tenant);
      expect(row, fault).toMatchObject({
        status: "completed",
        total_cost_nanos: COST_NANOS.toString(),
        output_tokens: 100,
        wallet_scope: "organization",
        streamed: stream,
        pricing_source: "wallet_catalog",
      });
      // Its reservation had been made after all, though nobody heard of it: then it is an ordinary one.
      expect(row?.flags, fault).toEqual(fault === "answer_lost" ? [] : ["unreserved"]);
    }
  });
});

it.each(["closed", "open"] as const)("%s: a fault that one more attempt heals is none", async (mode) => {
  const { sent, queuedCount } = await sendDuring(["once", "answer_lost_once"], mode, false);
  expect(queuedCount).toBe(0);
  for (const { fault, tenant, answer } of sent) {
    expect(answer.status, fault).toBe(200);
    expect(answer.headers.get("x-keeptrusts-unreserved"), fault).toBeNull();
    expect(await booksOf(tenant), fault).toEqual(SPENT);
    expect((await onlyRow(tenant))?.flags, fault).toEqual([]);
  }
});

describe("open", () => {
  const open = (settings: Readonly<Record<string, unknown>> = {}) =>
    makeTenant({ wallet_fail_mode: "open", ...settings });

  it("decides as the object would: keys, identities, models, output caps", async () => {
    const tenant = await open({ default_max_output_tokens: 50 });
    faults.fail("unreachable");
    const denied = await chat({ gatewayKey: `${tenant.gatewayKey.slice(0, -3)}AAA` });
    expect(denied.status).toBe(401);
    expect((await chat(tenant, { body: { model: "no-such-model" } })).status).toBe(404);
    expect((await chat(tenant, { headers: { "x-user-id": "not an id" } })).status).toBe(400);
    expect(upstreamCalls).toHaveLength(0);
    const capped = await chat(tenant, { body: { max_completion_tokens: undefined } });
    expect(capped.status).toBe(200);
    expect(await upstreamCalls[0]?.text()).toContain('"max_completion_tokens":50');
  });

  it("says so when a policy or a rate limit lowers or sets the output cap, and only then", async () => {
    const tenant = await open({ rate_limits: { per_key: { tpm: 5_000 } } });
    const made = await call("POST /v1/unified-access/access-policies", {
      token: tenant.accessKey,
      body: {
        name: "Short answers",
        effect: "allow",
        resources: { models: ["*"] },
        subjects: { users: ["ada"] },
        limits: { max_output_tokens: 60 },
      },
    });
    expect(made.status).toBe(201);
    faults.fail("unreachable");
    const clampedOf = async (options: Parameters<typeof chat>[1]) => {
      const answer = await chat(tenant, options);
      expect([answer.status, answer.headers.get("x-keeptrusts-unreserved")]).toEqual([200, "true"]);
      const sent = JSON.parse((await upstreamCalls.at(-1)?.text()) ?? "");
      const clamped = answer.headers.get("x-keeptrusts-clamped-max-tokens");
      if (clamped !== null) expect(clamped).toBe(String(sent.max_completion_tokens));
      return clamped;
    };
    expect(await clampedOf({})).toBeNull();
    expect(await clampedOf({ headers: { "x-user-id": "ada", "x-keeptrusts-clamp": "true" } })).toBe("60");
    const byRate = Number(await clampedOf({ body: { max_completion_tokens: undefined } }));
    expect(byRate).toBeGreaterThan(60);
    expect(byRate).toBeLessThan(5_000);
  });

  it("strict retention: a name of a model that only the caller knows goes to no queue and no row", async () => {
    const tenant = await open({ allow_unpriced: true });
    const options = { body: { model: "the patient is ill" }, headers: { "x-keeptrusts-zdr": "strict" } };
    faults.fail("unreachable");
    const forwarded = await chat(tenant, options);
    expect([forwarded.status, await upstreamCalls[0]?.text()]).toEqual([200, expect.stringContaining("patient")]);
    await forwarded.lifeOver;
    expect(queued.length).toBeGreaterThan(0);
    expect(JSON.stringify(queued)).not.toContain("patient");
    await call("PUT /v1/wallets/settings", { token: tenant.accessKey, body: { wallet_fail_mode: "closed" } });
    await deliverQueue();
    await restartIsolate();
    faults.fail("unreachable");
    const refused = await chat(tenant, options);
    expect(refused.status).toBe(503);
    await refused.lifeOver;
    expect(queued.length).toBeGreaterThan(0);
    expect(JSON.stringify(queued)).not.toContain("patient");
    faults.heal();
    await deliverQueue();
    await vi.waitFor(() => expect(rowsOfTenant(tenant)).toHaveLength(2), { timeout: 10_000 });
    for (const row of rowsOfTenant(tenant)) expect(row).toMatchObject({ requested_model: "" });
    expect(JSON.stringify(rowsOfTenant(tenant))).not.toContain("patient");
  });

  it("lets no suspended organization and no revoked key through", async () => {
    const tenant = await open();
    await call(`PATCH /v1/admin/organizations/${tenant.id}`, { body: { status: "suspended" } });
    faults.fail("unreachable");
    expect((await chat(tenant)).status).toBe(403);
    const other = await open();
    faults.heal();
    await call(`POST /v1/keys/${other.gatewayKeyId}/revoke`, { token: other.accessKey });
    faults.fail("unreachable");
    expect((await chat(other)).status).toBe(401);
    expect(upstreamCalls).toHaveLength(0);
  });

  it("a key that is newer than what was read is good at once", async () => {
    const tenant = await open();
    faults.fail("unreachable");
    expect((await chat(tenant)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const made = await call("POST /v1/keys", { token: tenant.accessKey, body: { name: "new", type: "gateway" } });
    expect((await chat({ gatewayKey: textOf(made.body["key"]) })).status).toBe(200);
  });

  it("is closed when D1 is down as well, and never 401", async () => {
    const tenant = await open();
    faults.fail("answer_lost");
    broken.controlDb = true;
    const answer = await chat(tenant);
    expect(answer.status).toBe(503);
    await answer.lifeOver;
    expect(upstreamCalls).toHaveLength(0);
    faults.heal();
    expect(await deliverQueue()).toBe(1);
    expect(await booksOf(tenant)).toEqual(UNSPENT);
    expect(await onlyRow(tenant)).toMatchObject({ status: "refused" });
  });

  it("cannot tell whose a continued response is, so it refuses that", async () => {
    const tenant = await open();
    faults.fail("unreachable");
    const body = {
      input: "go on",
      previous_response_id: "resp_1",
      messages: undefined,
      max_completion_tokens: undefined,
    };
    const answer = await chat(tenant, { path: "/v1/responses", body });
    expect(answer.status).toBe(503);
    expect(upstreamCalls).toHaveLength(0);
  });

  it("charges the cascade of the attribution, then overdraws the organization", async () => {
    const tenant = await makeTenant({ wallet_fail_mode: "open" }, { credit: "0.0002" });
    await call("POST /v1/wallets/credit", {
      token: tenant.accessKey,
      body: { amount: "0.0001", currency: "USD", user_id: "ada" },
    });
    faults.fail("unreachable");
    const answer = await chat(tenant, { headers: { "x-user-id": "ada", "x-cost-ticket": "ctk_unknown" } });
    expect(answer.status).toBe(200);
    await answer.lifeOver;
    faults.heal();
    await deliverQueue();
    const wallets = await stubOf(tenant.id).wallets();
    const balances = new Map(wallets.map((wallet) => [wallet.scope, wallet.balanceNanos]));
    expect(balances.get("user")).toBe(0n);
    expect(balances.get("organization")).toBe(200_000n + 100_000n - COST_NANOS);
    const row = await onlyRow(tenant);
    expect(row).toMatchObject({ wallet_scope: "user", user_id: "ada" });
    expect(row?.flags).toEqual(["unreserved", "overdraft"]);
  });

  it("posts in the wallet's currency at the rate that the Worker saw", async () => {
    await call("PUT /v1/admin/exchange-rates", { body: { EUR: "0.5" } });
    const tenant = await makeTenant({ wallet_fail_mode: "open" }, { currency: "EUR" });
    faults.fail("unreachable");
    const answer = await chat(tenant);
    expect(answer.headers.get("x-keeptrusts-cost")).toBe("0.0002265");
    await answer.lifeOver;
    await call("PUT /v1/admin/exchange-rates", { body: { EUR: "0.9" } });
    faults.heal();
    await deliverQueue();
    expect(await onlyRow(tenant)).toMatchObject({ total_cost_nanos: "226500", currency: "EUR", exchange_rate: "0.5" });
  });

  it("costs nothing when nothing was delivered, and says why", async () => {
    const tenant = await open();
    faults.fail("unreachable");
    failing.status = 500;
    const answer = await chat(tenant);
    expect(answer.status).toBe(500);
    expect(answer.headers.get("x-keeptrusts-unreserved")).toBe("true");
    await answer.lifeOver;
    faults.heal();
    await deliverQueue();
    expect(await booksOf(tenant)).toEqual(UNSPENT);
    const row = await onlyRow(tenant);
    expect(row).toMatchObject({ status: "upstream_error", wallet_id: null });
    expect(row?.flags).toEqual(["unreserved", "no_charge"]);
  });

  it("a Worker that dies leaves a row that says so", async () => {
    const tenant = await open();
    faults.fail("unreachable");
    const answer = await chat(tenant);
    await answer.lifeOver;
    faults.heal();
    // All but the beginning is lost with the Worker.
    const begin = queued.filter(({ delaySeconds }) => delaySeconds === 60);
    expect(begin).toHaveLength(1);
    queued.splice(0, queued.length, ...begin);
    await deliverQueue();
    expect((await booksOf(tenant)).open).toBe(1);
    vi.setSystemTime(Date.now() + 61 * 60_000);
    try {
      expect(await booksOf(tenant)).toEqual(UNSPENT);
    } finally {
      vi.useRealTimers();
    }
    const row = await onlyRow(tenant);
    expect(row).toMatchObject({ status: "expired", total_cost_nanos: "0" });
    expect(row?.flags).toEqual(["unreserved", "expired", "no_charge"]);
  });

  it("begin and end may come in any order, and the end more than once", async () => {
    const tenant = await open();
    faults.fail("unreachable");
    await (
      await chat(tenant)
    ).lifeOver;
    faults.heal();
    queued.push(...queued.toReversed(), ...queued);
    expect(await deliverQueue()).toBe(6);
    expect(await booksOf(tenant)).toEqual(SPENT);
    expect((await onlyRow(tenant))?.flags).toEqual(["unreserved"]);
  });

  it("goes on without the queue: the object is asked again", async () => {
    const tenant = await open();
    faults.fail("unreachable");
    broken.queue = true;
    const answer = await chat(tenant);
    expect(answer.status).toBe(200);
    faults.heal();
    await answer.lifeOver;
    expect(await booksOf(tenant)).toEqual(SPENT);
  });
});

it("50 requests at once, and an outage that ends in the middle: all are posted once", async () => {
  const tenant = await makeTenant({ wallet_fail_mode: "open" });
  faults.fail("unreachable");
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      if (index === 25) faults.fail("answer_lost");
      if (index === 40) setTimeout(() => faults.heal(), 20);
      await new Promise((resolve) => setTimeout(resolve, index));
      return chat(tenant, { stream: index % 2 === 0 });
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  await Promise.all(answers.map(({ lifeOver }) => lifeOver));
  faults.heal();
  await deliverQueue();
  const spentNanos = 50n * COST_NANOS;
  expect(await booksOf(tenant)).toEqual({
    heldNanos: 0n,
    balanceNanos: CREDIT_NANOS - spentNanos,
    usedNanos: spentNanos,
    open: 0,
  });
  await vi.waitFor(() => expect(rowsOfTenant(tenant)).toHaveLength(50), { timeout: 10_000 });
});

it("no credential and no word of a prompt is in a log, a refusal or a queue", async () => {
  const lines: unknown[] = [];
  const spies = [
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line)),
    vi.spyOn(console, "error").mockImplementation((line) => void lines.push(line)),
  ];
  try {
    for (const mode of ["closed", "open"]) {
      const tenant = await makeTenant({ wallet_fail_mode: mode });
      for (const fault of ["unreachable", "throws", "no_stub"] as const) {
        faults.fail(fault);
        const answer = await chat(tenant);
        await answer.lifeOver;
        const written = JSON.stringify([lines, queued, mode === "closed" ? answer.text : ""]);
        expect(written).not.toContain("secret words");
        expect(written).not.toContain(tenant.gatewayKey);
        expect(written).not.toContain("sk-upstream");
        faults.heal();
      }
    }
    expect(lines).not.toHaveLength(0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});
