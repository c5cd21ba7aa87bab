/** Rate limits on the real object: counted from the reservations, so that they survive eviction and hold nothing of their own. */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  factsFor,
  failureOf,
  FREE_MODEL,
  granted,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
  tokenHash,
  type TestOrganization,
} from "../support/worker-organization.ts";

afterEach(() => {
  vi.useRealTimers();
});

const START_MS = Date.parse("2026-11-25T10:00:00Z");

const at = (seconds: number): void => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START_MS + seconds * 1_000);
};

/** What a request of `factsFor()` can use at most: 1,000 in and 100 out. */
const TOKENS = 1_100;

interface Tiers {
  readonly per_key?: object;
  readonly per_user?: object;
  readonly per_team?: object;
  readonly organization?: object;
}

async function makeOrganization(
  tiers: Tiers,
  rest: Partial<Parameters<typeof createOrganization>[0]> = {},
): Promise<TestOrganization> {
  at(0);
  const organization = await createOrganization({
    keys: [
      { token: "gateway", mayAssertIdentity: true },
      { token: "other", mayAssertIdentity: true },
    ],
    ...rest,
    settings: { rate_limits: tiers, ...rest.settings },
  });
  await organization.stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
  return organization;
}

const ask = (
  organization: TestOrganization,
  rest: Parameters<typeof authorizeCommand>[2] & { readonly token?: string } = {},
) => organization.stub.authorize(authorizeCommand(organization, rest.token ?? "gateway", rest));

test("requests: as many as the limit within any sixty seconds, and the next when the oldest leaves", async () => {
  const organization = await makeOrganization({ per_key: { rpm: 3 } });
  for (const second of [0, 10, 20]) {
    at(second);
    const { rates } = granted(await ask(organization));
    expect(rates).toEqual({
      requests: { limit: 3, remaining: 2 - second / 10, resetMs: 60_000 - second * 1_000 },
      tokens: null,
    });
  }
  at(30);
  expect(failureOf(await ask(organization))).toMatchObject({
    kind: "rate_limited",
    scope: { type: "key" },
    limit: 3,
    unit: "requests",
    retryAfterSeconds: 30,
    rates: { requests: { limit: 3, remaining: 0, resetMs: 30_000 } },
  });
  granted(await ask(organization, { token: "other" }));
  at(59.999);
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
  at(60);
  granted(await ask(organization));
  expect(failureOf(await ask(organization))).toMatchObject({ retryAfterSeconds: 10 });
});

test("eviction forgets nothing, and a refusal holds and counts nothing", async () => {
  const organization = await makeOrganization({ per_key: { rpm: 2, tpm: 10_000 } });
  granted(await ask(organization));
  const second = granted(await ask(organization));
  await organization.stub.settle(settleCommand(second.reservationId, { usage: usageOf(10, 5) }));
  for (let times = 0; times < 3; times++) {
    await evictDurableObject(organization.stub);
    expect(failureOf(await ask(organization))).toMatchObject({
      kind: "rate_limited",
      rates: { requests: { remaining: 0 }, tokens: { remaining: 10_000 - TOKENS - 15 } },
    });
  }
  expect(await organization.stub.reservations({ status: null, cursor: null, limit: 10 })).toMatchObject({
    data: { length: 2 },
  });
  at(60);
  await evictDurableObject(organization.stub);
  granted(await ask(organization));
});

test("tokens: the most that a request can use until it ends, then what it used", async () => {
  const organization = await makeOrganization({ organization: { tpm: 2 * TOKENS } });
  const first = granted(await ask(organization));
  const second = granted(await ask(organization));
  expect(second.rates?.tokens).toMatchObject({ limit: 2 * TOKENS, remaining: 0 });
  expect(failureOf(await ask(organization))).toMatchObject({ unit: "tokens", scope: { type: "organization" } });
  await organization.stub.settle(settleCommand(first.reservationId, { usage: usageOf(90, 10) }));
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
  await organization.stub.settle(releaseCommand(second.reservationId));
  expect(granted(await ask(organization)).rates?.tokens).toMatchObject({ remaining: 2 * TOKENS - 100 - TOKENS });
});

test("parallel requests end with their settlement, their release or their lease", async () => {
  const organization = await makeOrganization({ per_key: { max_parallel_requests: 2 } });
  const first = granted(await ask(organization));
  const second = granted(await ask(organization));
  expect(failureOf(await ask(organization))).toMatchObject({
    unit: "parallel_requests",
    limit: 2,
    retryAfterSeconds: 1,
  });
  await organization.stub.settle(settleCommand(first.reservationId));
  const third = granted(await ask(organization));
  await organization.stub.settle(releaseCommand(second.reservationId));
  granted(await ask(organization));
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
  // Nobody came back for the two: their leases end, long after they left the window.
  at(third.leaseMs / 1_000 - 1);
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
  await evictDurableObject(organization.stub);
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
  at(third.leaseMs / 1_000 + 1);
  granted(await ask(organization));
});

test("key, user, team and organization each have their own count; service users count as users", async () => {
  const organization = await makeOrganization(
    { per_user: { rpm: 1 }, per_team: { rpm: 2 }, organization: { rpm: 5 } },
    {
      serviceUsers: ["svc_a"],
      keys: [
        { token: "gateway", mayAssertIdentity: true },
        { token: "svc", serviceUserId: "svc_a" },
      ],
    },
  );
  const as = (userId: string | null, teamId: string | null = null) =>
    ask(organization, { asserted: { userId, teamId } });
  granted(await as("ada", "core"));
  expect(failureOf(await as("ada", "core"))).toMatchObject({ scope: { type: "user", id: "ada" } });
  expect(failureOf(await as("ada"))).toMatchObject({ scope: { type: "user" } });
  granted(await as("bob", "core"));
  expect(failureOf(await as("cy", "core"))).toMatchObject({ scope: { type: "team", id: "core" } });
  granted(await ask(organization, { token: "svc" }));
  expect(failureOf(await ask(organization, { token: "svc" }))).toMatchObject({ scope: { type: "user", id: "svc_a" } });
  granted(await as(null));
  granted(await as(null));
  expect(failureOf(await as(null))).toMatchObject({ scope: { type: "organization" }, limit: 5 });
});

test("a record's own limits stand in the place of its tier's, and a change counts what was before", async () => {
  const organization = await makeOrganization({}, { members: [{ id: "mem_1", name: "Ada" }] });
  const as = () => ask(organization, { asserted: { userId: "mem_1" } });
  granted(await as());
  granted(await as());
  await changeRecords(organization, "UPDATE members SET rate_limits_json = '{\"rpm\":2}' WHERE id = 'mem_1'");
  expect(failureOf(await as())).toMatchObject({ kind: "rate_limited", scope: { type: "user", id: "mem_1" }, limit: 2 });
  await changeRecords(organization, "UPDATE members SET rate_limits_json = '{\"rpm\":3}' WHERE id = 'mem_1'");
  granted(await as());
  expect(failureOf(await as()).kind).toBe("rate_limited");
  await changeRecords(organization, "UPDATE members SET rate_limits_json = NULL WHERE id = 'mem_1'");
  expect(granted(await as()).rates).toBeUndefined();
});

test("a free call counts in limits of requests alone, once however often it is repeated, and after a change too", async () => {
  const organization = await makeOrganization({ per_key: { rpm: 3, tpm: TOKENS, max_parallel_requests: 1 } });
  const admit = (requestId: string, model = FREE_MODEL) =>
    organization.stub.admit({
      requestId,
      credential: { tokenSha256: tokenHash(organization.id, "gateway") },
      asserted: { userId: null, teamId: null, agentId: null, agentRunId: null },
      endpoint: "openai.chat",
      model,
      zdrMode: "off",
    });
  granted(await ask(organization));
  expect(failureOf(await admit("req_0", "nope")).kind).toBe("model_not_found");
  at(10);
  const requests = { limit: 3, remaining: 1, resetMs: 50_000 };
  expect(await admit("req_1")).toMatchObject({ outcome: "authorized", rates: { requests, tokens: null } });
  expect(await admit("req_1")).toMatchObject({ outcome: "authorized" });
  await changeRecords(organization, "UPDATE organizations SET name = 'Renamed' WHERE id = ?", organization.id);
  expect(await admit("req_2")).toMatchObject({ outcome: "authorized", rates: { requests: { remaining: 0 } } });
  expect(failureOf(await admit("req_3"))).toMatchObject({
    kind: "rate_limited",
    unit: "requests",
    limit: 3,
    retryAfterSeconds: 50,
  });
  at(60);
  expect(failureOf(await ask(organization))).toMatchObject({ unit: "parallel_requests" });
  expect(await admit("req_4")).toMatchObject({ outcome: "authorized" });
  expect(failureOf(await admit("req_5"))).toMatchObject({ retryAfterSeconds: 10 });
});

test("a clock that is set back makes nobody wait longer than the window, and no limit larger, also after an eviction", async () => {
  for (const isEvicted of [false, true]) {
    const organization = await makeOrganization({ per_key: { rpm: 2 } });
    const restart = async () => (isEvicted ? evictDurableObject(organization.stub) : undefined);
    at(0);
    granted(await ask(organization));
    at(3_600);
    granted(await ask(organization));
    at(0);
    granted(await ask(organization));
    await restart();
    expect(failureOf(await ask(organization))).toMatchObject({ kind: "rate_limited", retryAfterSeconds: 60 });
    at(59.999);
    await restart();
    expect(failureOf(await ask(organization))).toMatchObject({ retryAfterSeconds: 1 });
    at(60);
    await restart();
    granted(await ask(organization));
    granted(await ask(organization));
    expect(failureOf(await ask(organization))).toMatchObject({ retryAfterSeconds: 60 });
  }
});

test("a clock that is set back makes free calls count no longer than the window, also after a change", async () => {
  const organization = await makeOrganization({ per_key: { rpm: 3 } });
  const admit = (requestId: string) =>
    organization.stub.admit({
      requestId,
      credential: { tokenSha256: tokenHash(organization.id, "gateway") },
      asserted: { userId: null, teamId: null, agentId: null, agentRunId: null },
      endpoint: "openai.chat",
      model: FREE_MODEL,
      zdrMode: "off",
    });
  at(3_600);
  expect(await admit("req_1")).toMatchObject({ outcome: "authorized" });
  at(0);
  expect(await admit("req_2")).toMatchObject({ outcome: "authorized" });
  at(30);
  await changeRecords(organization, "UPDATE organizations SET name = 'Renamed' WHERE id = ?", organization.id);
  expect(await admit("req_3")).toMatchObject({ outcome: "authorized", rates: { requests: { remaining: 0 } } });
  expect(failureOf(await admit("req_4"))).toMatchObject({ kind: "rate_limited", retryAfterSeconds: 30 });
  at(60);
  expect(await admit("req_5")).toMatchObject({ outcome: "authorized", rates: { requests: { remaining: 1 } } });
});

test("a policy's limits count what strict retention forgot the name of, also after an eviction and a change", async () => {
  for (const how of ["evicted", "changed"]) {
    const organization = await makeOrganization(
      {},
      {
        settings: { allow_unpriced: true },
        accessPolicies: [{ name: "mine", effect: "allow", resources: { models: ["my-*"] }, limits: { rpm: 1 } }],
      },
    );
    const strict = { facts: factsFor({ model: "my-own" }), zdrMode: "strict" } as const;
    const { reservationId } = granted(await ask(organization, strict));
    await organization.stub.settle(settleCommand(reservationId, { responseModel: null }));
    if (how === "evicted") await evictDurableObject(organization.stub);
    else await changeRecords(organization, "UPDATE organizations SET name = 'Renamed' WHERE id = ?", organization.id);
    expect(failureOf(await ask(organization, strict))).toMatchObject({ kind: "rate_limited", retryAfterSeconds: 60 });
  }
});

test("a policy's limits count what it allowed, for each user, and each key without one", async () => {
  const organization = await makeOrganization(
    {},
    {
      accessPolicies: [
        { name: "all", effect: "allow", resources: { models: ["*"] } },
        { name: "paid", effect: "allow", resources: { models: ["test-model"] }, limits: { rpm: 1 } },
        { name: "free", effect: "allow", resources: { models: [FREE_MODEL] }, limits: { rpm: 2 } },
      ],
    },
  );
  const model = (name: string) => ({ facts: factsFor({ model: name }) });
  granted(await ask(organization, { asserted: { userId: "ada" } }));
  expect(failureOf(await ask(organization, { asserted: { userId: "ada" } }))).toMatchObject({
    scope: { type: "policy", name: "paid" },
    limit: 1,
  });
  // Another name of the same model is the same model.
  expect(failureOf(await ask(organization, { asserted: { userId: "ada" }, ...model("test-alias") })).kind).toBe(
    "rate_limited",
  );
  granted(await ask(organization, { asserted: { userId: "ada" }, ...model(FREE_MODEL) }));
  granted(await ask(organization, { asserted: { userId: "bob" } }));
  granted(await ask(organization));
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
  granted(await ask(organization, { token: "other" }));
  await evictDurableObject(organization.stub);
  granted(await ask(organization, { asserted: { userId: "ada" }, ...model(FREE_MODEL) }));
  expect(failureOf(await ask(organization, { asserted: { userId: "ada" }, ...model(FREE_MODEL) }))).toMatchObject({
    scope: { name: "free" },
  });
});

test("a request without a cap gets what the token limits leave, if that is enough; one that alone asks too much is told so", async () => {
  const organization = await makeOrganization({ per_key: { tpm: 3_000 } });
  const uncapped = { facts: factsFor({ outputCapTokens: null }) };
  const first = granted(await ask(organization, uncapped));
  expect(first).toMatchObject({ outputCapTokens: 2_000, clamped: true, rates: { tokens: { remaining: 0 } } });
  await organization.stub.settle(settleCommand(first.reservationId, { usage: usageOf(1_000, 100) }));
  // 900 of 1,900 would be output, fewer than the organization's minimum of 1,024.
  expect(failureOf(await ask(organization, uncapped)).kind).toBe("rate_limited");
  const large = { facts: factsFor({ outputCapTokens: 2_001 }) };
  expect(failureOf(await ask(organization, large))).toMatchObject({ unit: "tokens", retryAfterSeconds: null });
  const free = granted(
    await ask(organization, { token: "other", facts: factsFor({ model: FREE_MODEL, outputCapTokens: null }) }),
  );
  expect(free).toMatchObject({ outputCapTokens: 2_000, heldNanos: 0n });
});

test("fifty at once against a limit of seven: seven, and nothing is held for the rest", async () => {
  const organization = await makeOrganization({ per_team: { rpm: 7 } });
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => ask(organization, { asserted: { teamId: "core" } })),
  );
  const grants = replies.filter((reply) => reply.outcome === "authorized").map(granted);
  expect(grants).toHaveLength(7);
  for (const { reservationId } of grants) await organization.stub.settle(settleCommand(reservationId));
  expect(await auditLedger(organization)).toEqual(SOUND);
});

test("a repeat is the same request: it counts once and gets the same answer, also after eviction", async () => {
  const organization = await makeOrganization({ per_key: { rpm: 2 } });
  const command = authorizeCommand(organization, "gateway");
  const first = granted(await organization.stub.authorize(command));
  await evictDurableObject(organization.stub);
  expect(granted(await organization.stub.authorize(command))).toEqual(first);
  granted(await ask(organization));
  expect(failureOf(await ask(organization)).kind).toBe("rate_limited");
});

test("a cap that is lowered is told also where nothing is held", async () => {
  const organization = await makeOrganization(
    { per_key: { tpm: 3_000 } },
    {
      accessPolicies: [
        { name: "small", effect: "allow", resources: { models: [FREE_MODEL] }, limits: { max_output_tokens: 2_500 } },
      ],
    },
  );
  const own = { clamp: true, facts: factsFor({ model: FREE_MODEL, outputCapTokens: 2_800, tokens: 100 }) };
  expect(granted(await ask(organization, own))).toMatchObject({ outputCapTokens: 2_500, clamped: true });
  const uncapped = { token: "other", facts: factsFor({ model: FREE_MODEL, outputCapTokens: null }) };
  expect(granted(await ask(organization, uncapped))).toMatchObject({ outputCapTokens: 2_000, clamped: true });
  const fits = { facts: factsFor({ model: FREE_MODEL, outputCapTokens: 100, tokens: 100 }) };
  expect(granted(await ask(organization, fits))).toMatchObject({ outputCapTokens: null, clamped: false });
});
