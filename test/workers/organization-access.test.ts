import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { addGateway, configure } from "../support/worker-gateways.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  factsFor,
  FREE_MODEL,
  granted,
  MODEL,
  settleCommand,
  stubOf,
  tokenHash,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import { NO_IDENTITY } from "../../src/core/attribution.ts";

describe("keys", () => {
  it.each([
    { name: "unknown", key: { token: "other" }, reason: "unknown" },
    { name: "revoked", key: { token: "used", revokedAtMs: 1 }, reason: "revoked" },
    { name: "expired", key: { token: "used", expiresAtMs: 1 }, reason: "expired" },
    { name: "for access only", key: { token: "used", type: "access" as const }, reason: "wrong_type" },
  ])("refuses model traffic with a key that is $name and logs nothing", async ({ key, reason }) => {
    const organization = await createOrganization({ keys: [key] });
    const command = authorizeCommand(organization, "used");
    const reply = await organization.stub.authorize(command);
    expect(failureOf(reply)).toEqual({ kind: "unauthenticated", reason });
    await expectNoLog(command.requestId);
  });

  it("holds money for a gateway elsewhere only with control_plane", async () => {
    const organization = await createOrganization({
      keys: [{ token: "plain" }, { token: "control", type: "access", capabilities: ["control_plane"] }],
    });
    await organization.stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
    const plain = await organization.stub.authorize(
      authorizeCommand(organization, "plain", { forwardedElsewhere: true }),
    );
    expect(failureOf(plain)).toEqual({ kind: "capability_required", capability: "control_plane" });
    granted(await organization.stub.authorize(authorizeCommand(organization, "control", { forwardedElsewhere: true })));
  });

  it("refuses a suspended organization after its key was checked", async () => {
    const organization = await createOrganization({
      status: "suspended",
      keys: [{ token: "used", expiresAtMs: null }],
    });
    expect(failureOf(await organization.stub.authorize(authorizeCommand(organization, "used"))).kind).toBe(
      "organization_suspended",
    );
    expect(failureOf(await organization.stub.authorize(authorizeCommand(organization, "none"))).kind).toBe(
      "unauthenticated",
    );
  });

  it("knows no key of an organization that does not exist", async () => {
    const organization = await createOrganization({});
    const nobody = { ...organization, id: "org_nobody" };
    const reply = await stubOf(nobody.id).authorize(authorizeCommand(nobody, "used"));
    expect(failureOf(reply)).toEqual({ kind: "unauthenticated", reason: "unknown" });
    const again = await stubOf(nobody.id).authorize(authorizeCommand(nobody, "used"));
    expect(failureOf(again)).toEqual({ kind: "unauthenticated", reason: "unknown" });
  });

  it("keeps nothing of an organization that does not exist", async () => {
    const organization = await createOrganization({});
    const stub = stubOf("org_made_up");
    await stub.authorize(authorizeCommand({ ...organization, id: "org_made_up" }, "used"));
    const tables = await runInDurableObject(stub, async (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});

describe("models", () => {
  it("gives the same target for a name and its alias, and refuses what nobody knows or the key may not use", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }, { token: "free", models: ["test-f*"] }] });
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
    const ask = (token: string, model: string) =>
      stub.authorize(authorizeCommand(organization, token, { facts: factsFor({ model }) }));
    const grant = granted(await ask("any", "test-alias"));
    expect(grant.targets).toMatchObject([
      { id: "managed-openai", baseUrl: null, model: "test-alias", price: { model: MODEL } },
    ]);
    expect(failureOf(await ask("any", "test-alias-2"))).toEqual({ kind: "model_not_found", model: "test-alias-2" });
    expect(failureOf(await ask("free", MODEL))).toMatchObject({ kind: "access_denied", model: MODEL });
    granted(await ask("free", FREE_MODEL));
    const wrongEndpoint = await stub.authorize(
      authorizeCommand(organization, "any", { facts: factsFor({ endpoint: "anthropic.messages" }) }),
    );
    expect(failureOf(wrongEndpoint).kind).toBe("model_not_found");
  });

  it("lists and admits what a request would be allowed", async () => {
    const organization = await createOrganization({ keys: [{ token: "free", models: ["test-f*"] }] });
    const credential = { tokenSha256: tokenHash(organization.id, "free") };
    const listed = await organization.stub.models(credential, NO_IDENTITY);
    expect(listed.outcome === "listed" ? listed.prices.map((price) => price.model) : []).toEqual([FREE_MODEL]);
    const admit = (model: string) =>
      organization.stub.admit({
        requestId: "req_1",
        credential,
        asserted: NO_IDENTITY,
        endpoint: "openai.chat",
        model,
        zdrMode: "off",
      });
    expect(await admit(FREE_MODEL)).toMatchObject({ outcome: "authorized" });
    expect(failureOf(await admit(MODEL)).kind).toBe("access_denied");
  });

  it("lets an unknown model through unpriced only where the organization allows it", async () => {
    const organization = await createOrganization({ settings: { allow_unpriced: true }, keys: [{ token: "any" }] });
    const grant = granted(
      await organization.stub.authorize(
        authorizeCommand(organization, "any", { facts: factsFor({ model: "brand-new" }) }),
      ),
    );
    expect(grant).toMatchObject({ heldNanos: 0n, wallet: null, targets: [{ price: null, model: "brand-new" }] });
    const end = await organization.stub.settle(settleCommand(grant.reservationId));
    expect(end).toMatchObject({ settledNanos: 0n, flags: ["unpriced"], pricingSource: null });
  });

  it("needs a price to hold by where the upstream says what it costs, unless the organization allows none", async () => {
    for (const allowUnpriced of [false, true]) {
      const organization = await createOrganization({
        settings: { allow_unpriced: allowUnpriced },
        keys: [{ token: "any" }],
      });
      const gatewayId = await addGateway(organization, ["any"]);
      const target = (id: string, prices: string): string =>
        `    - {id: ${id}, provider: openai, base_url: "https://${id}.example.com/v1", trust_upstream_cost: true, ` +
        `pricing: {${prices}}, models: [{model_id: m-${id}, aliases: [m]}]}\n`;
      const priced = target("priced", "input_price_per_million: 1, output_price_per_million: 10");
      await configure(
        organization,
        gatewayId,
        `providers:\n  targets:\n${target("free", "input_price_per_million: 0, output_price_per_million: 0")}${priced}`,
      );
      await organization.stub.transfer(transferCommand({ amountNanos: 10n ** 10n }));
      const ask = (model: string) =>
        organization.stub.authorize(authorizeCommand(organization, "any", { facts: factsFor({ model }) }));
      const targets = granted(await ask("m")).targets.map(({ id }) => id);
      expect(targets).toEqual(allowUnpriced ? ["free", "priced"] : ["priced"]);
      const free = await ask("m-free");
      if (allowUnpriced) expect(granted(free)).toMatchObject({ wallet: null, heldNanos: 0n });
      else expect(failureOf(free)).toEqual({ kind: "price_unknown", model: "m-free" });
    }
  });

  it("refuses without an exchange rate instead of taking it for 1", async () => {
    const organization = await createOrganization({ settings: { currency: "EUR" }, keys: [{ token: "any" }] });
    const reply = await organization.stub.authorize(authorizeCommand(organization, "any"));
    expect(failureOf(reply)).toEqual({ kind: "exchange_rate_missing", currency: "EUR" });
  });
});

describe("attribution", () => {
  it("charges a member's user wallet, then the only team, and refuses another identity", async () => {
    const organization = await createOrganization({
      members: [{ id: "mem_a", name: "Ada" }],
      teams: [{ id: "team_a", name: "Team A", memberIds: ["mem_a"] }],
      keys: [{ token: "own", memberId: "mem_a" }],
    });
    const { stub } = organization;
    await stub.transfer(
      transferCommand({ amountNanos: 10n ** 12n, target: { walletId: null, teamId: "team_a", userId: null } }),
    );
    const grant = granted(await stub.authorize(authorizeCommand(organization, "own")));
    expect(grant.attribution).toMatchObject({ userId: "mem_a", teamId: "team_a" });
    expect(grant.wallet?.scope).toBe("team");
    const stranger = await stub.authorize(authorizeCommand(organization, "own", { asserted: { userId: "mem_b" } }));
    expect(failureOf(stranger)).toEqual({ kind: "identity_not_allowed", header: "X-User-Id" });
  });

  it("creates empty wallets for a user and a team that it sees for the first time", async () => {
    const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
    const asserted = { userId: "alice@example.com", teamId: "red" };
    granted(await stub.authorize(authorizeCommand(organization, "gateway", { asserted })));
    const wallets = await stub.wallets();
    expect(wallets.map((wallet) => [wallet.scope, wallet.ownerId, wallet.balanceNanos])).toEqual([
      ["organization", organization.id, 10n ** 12n],
      ["team", "red", 0n],
      ["user", "alice@example.com", 0n],
    ]);
    const invalid = await stub.authorize(
      authorizeCommand(organization, "gateway", { asserted: { userId: "no spaces" } }),
    );
    expect(failureOf(invalid)).toMatchObject({ kind: "invalid_request", param: "X-User-Id" });
  });
});

describe("continued responses", () => {
  it("adds the stored context to the hold and knows none of another organization", async () => {
    const [organization, other] = [
      await createOrganization({ keys: [{ token: "any" }] }),
      await createOrganization({ keys: [{ token: "any" }] }),
    ];
    for (const { stub } of [organization, other]) await stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
    const first = granted(await organization.stub.authorize(authorizeCommand(organization, "any")));
    await organization.stub.settle(
      settleCommand(first.reservationId, { responseId: "resp_1", usage: usageOf(900, 100) }),
    );
    const facts = factsFor({ endpoint: "openai.responses", previousResponseId: "resp_1" });
    const next = granted(await organization.stub.authorize(authorizeCommand(organization, "any", { facts })));
    expect(next.heldNanos - first.heldNanos).toBe(1_200_000n);
    expect(failureOf(await other.stub.authorize(authorizeCommand(other, "any", { facts })))).toEqual({
      kind: "not_found",
      what: "response",
    });
  });
});

describe("refusals", () => {
  it("writes one spend log without money for an authenticated caller, however often it is repeated", async () => {
    const organization = await createOrganization({ keys: [{ token: "any", id: "key_refused" }] });
    const command = authorizeCommand(organization, "any", { metadata: { ticket: "#n12" } });
    await organization.stub.authorize(command);
    await organization.stub.authorize(command);
    const rows = await logsOf(command.requestId, 2);
    expect(new Set(rows.map((row) => row.id)).size).toBe(1);
    expect(rows[0]).toMatchObject({
      status: "refused",
      key_id: "key_refused",
      flags: ["insufficient_funds"],
      total_cost_nanos: "0",
      held_amount_nanos: "0",
      reservation_id: null,
      metadata: { ticket: "#n12" },
    });
  });

  it("refuses metadata that would not fit a message", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    const reply = await organization.stub.authorize(
      authorizeCommand(organization, "any", { metadata: { long: "x".repeat(513) } }),
    );
    expect(failureOf(reply)).toMatchObject({ kind: "invalid_request", code: "metadata_too_large" });
  });
});

async function logsOf(requestId: string, count: number) {
  const find = () => delivered.flatMap(({ spend_log }) => (spend_log?.request_id === requestId ? [spend_log] : []));
  await expect.poll(() => find().length, { timeout: 10_000 }).toBe(count);
  return find();
}

/** What was sent before is delivered by the time a later message is. */
async function expectNoLog(requestId: string): Promise<void> {
  const witness = await createOrganization({ keys: [{ token: "any" }] });
  const command = authorizeCommand(witness, "any");
  await witness.stub.authorize(command);
  await logsOf(command.requestId, 1);
  expect(delivered.some(({ spend_log }) => spend_log?.request_id === requestId)).toBe(false);
}

it("a policy governs a model under all its names also when its price has ended", async () => {
  const organization = await createOrganization({
    settings: { allow_unpriced: true },
    keys: [{ token: "used", mayAssertIdentity: true }],
    accessPolicies: [
      { name: "everything", effect: "allow", resources: { models: ["*"] } },
      { name: "not the old one", effect: "deny", resources: { models: ["ended-model"] } },
    ],
  });
  const record = { provider: "openai", model: "ended-model", aliases: ["ended-alias"], endpoints: ["openai.chat"] };
  await changeRecords(
    organization,
    `INSERT INTO model_prices (id, provider, model, record_json, effective_to_ms, created_at_ms)
     VALUES ('price_ended', 'openai', 'ended-model', ?, 1, 0)`,
    JSON.stringify({ ...record, input_price_per_million: "1", output_price_per_million: "1" }),
  );
  const ask = (model: string) =>
    organization.stub.authorize(authorizeCommand(organization, "used", { facts: factsFor({ model }) }));
  for (const model of ["ended-model", "ended-alias"]) {
    expect(failureOf(await ask(model))).toMatchObject({ kind: "access_denied", rule: "not the old one" });
  }
});

it("a name that the price book never had slips past no deny, until an allow names it in full", async () => {
  const organization = await createOrganization({
    settings: { allow_unpriced: true },
    keys: [{ token: "used", mayAssertIdentity: true }],
    accessPolicies: [
      { name: "everything", effect: "allow", resources: { models: ["*"] } },
      { name: "by name", effect: "deny", subjects: { users: ["ada"] }, resources: { models: [MODEL] } },
      { name: "by tag", effect: "deny", subjects: { users: ["bob"] }, resources: { tags: ["tier:frontier"] } },
      {
        name: "elsewhere",
        effect: "deny",
        subjects: { users: ["cy"] },
        resources: { providers: ["anthropic"], models: ["claude-x"] },
      },
      { name: "tried", effect: "allow", subjects: { users: ["ada"] }, resources: { models: ["test-model-tried"] } },
      { name: "family", effect: "allow", subjects: { users: ["ada"] }, resources: { models: ["test-model*"] } },
    ],
  });
  const ask = (userId: string, model: string) =>
    organization.stub.authorize(
      authorizeCommand(organization, "used", { facts: factsFor({ model }), asserted: { userId } }),
    );
  expect(failureOf(await ask("ada", "test-model-2026-foo"))).toMatchObject({ kind: "access_denied", rule: "by name" });
  expect(failureOf(await ask("ada", "test-model*"))).toMatchObject({ kind: "access_denied", rule: "by name" });
  expect(failureOf(await ask("bob", "test-model-2026-foo"))).toMatchObject({ kind: "access_denied", rule: "by tag" });
  granted(await ask("ada", "test-model-tried"));
  granted(await ask("ada", FREE_MODEL));
  granted(await ask("cy", "test-model-2026-foo"));
  const simulated = await organization.stub.simulateAccess({
    ...NO_IDENTITY,
    keyId: null,
    serviceUserId: null,
    gatewayId: null,
    userId: "ada",
    tags: [],
    drafts: [],
    endpoint: "openai.chat",
    model: "test-model-2026-foo",
  });
  expect(simulated).toMatchObject({
    outcome: "found",
    value: {
      decision: { decision: "deny", matched: [{ name: "by name" }, { name: "everything" }, { name: "family" }] },
      reasons: ['"by name" denies it, and deny always wins.', expect.stringContaining("never had the name")],
    },
  });
});

it("strict zero data retention keeps no name of a model that only its caller knows", async () => {
  const organization = await createOrganization({
    settings: { allow_unpriced: true },
    keys: [{ token: "used", models: ["test-*", "my *"] }],
    accessPolicies: [
      { name: "everything", effect: "allow", resources: { models: ["*"] } },
      { name: "tried", effect: "allow", resources: { models: ["test-model-tried"] } },
    ],
  });
  const ask = async (model: string, zdrMode: "off" | "strict" = "strict") => {
    const command = authorizeCommand(organization, "used", { facts: factsFor({ model }), zdrMode });
    const reply = await organization.stub.authorize(command);
    if (reply.outcome === "authorized") {
      await organization.stub.settle(settleCommand(command.reservationId, { responseModel: "test-model-real" }));
    }
    const [row] = await logsOf(command.requestId, 1);
    return { reply, row, command };
  };
  const refused = await ask("the patient is ill");
  expect(failureOf(refused.reply)).toMatchObject({ kind: "access_denied", model: "the patient is ill" });
  expect(refused.row).toMatchObject({ status: "refused", requested_model: "", model: null });

  const allowed = await ask("my patient");
  expect(granted(allowed.reply).targets[0]?.model).toBe("my patient");
  expect(allowed.row).toMatchObject({ status: "completed", requested_model: "", model: "test-model-real" });
  const shown = await organization.stub.reservations({ status: null, cursor: null, limit: 10 });
  expect(JSON.stringify(shown, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
    "patient",
  );
  const stored = await runInDurableObject(organization.stub, (_, state) =>
    state.storage.sql.exec("SELECT model, plan, ending FROM reservation").toArray(),
  );
  expect(JSON.stringify(stored)).not.toContain("patient");

  for (const model of [MODEL, "test-alias", "test-model-tried"]) {
    expect((await ask(model)).row).toMatchObject({ requested_model: model });
  }
  expect((await ask("my patient", "off")).row).toMatchObject({ requested_model: "my patient" });
});
