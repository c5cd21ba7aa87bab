/** People who sign up make organizations of their own, so many and no more. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { readConfig } from "../../src/env.ts";
import { loadDirectory } from "../../src/platform/directory-loader.ts";
import { call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import { callAs, makePerson, outcomeOf, sessionDeps, type Person } from "../support/worker-session.ts";

const found = (person: Person, body: unknown = { name: "Mine" }) => callAs(person, "POST /v1/organizations", { body });

test("the person owns it at once, in its currency and time zone, and it has no key", async () => {
  const person = await makePerson();
  const body = { name: "Acme", currency: "EUR", time_zone: "Europe/Berlin" };
  const made = await found(person, body);
  expect([made.status, made.body]).toMatchObject([
    201,
    { name: "Acme", currency: "EUR", owner_email: person.email, settings: { time_zone: "Europe/Berlin" } },
  ]);
  expect(JSON.stringify(made.body)).not.toContain("kt_ak");
  const session = await callAs(person, "GET /v1/session");
  expect(session.body["organizations"]).toMatchObject([
    { id: made.body["id"], member_id: made.body["member_id"], role: "owner" },
  ]);
  expect(rowsOf(await callAs(person, "GET /v1/keys"))).toEqual([]);
  const key = await callAs(person, "POST /v1/keys", { body: { name: "First", type: "gateway" } });
  expect(textOf(key.body["key"])).toMatch(/^kt_gk_/);
  const log = rowsOf(await callAs(person, "GET /v1/audit-log"));
  expect(log.map((row) => [row["action"], row["actor"]])).toEqual([
    ["key.create", made.body["member_id"]],
    ["organization.create", person.id],
  ]);
  expect((await callAs(person, "GET /v1/audit-log/verify")).body).toMatchObject({ valid: true });
  expect(rowsOf(await callAs(person, "GET /v1/unified-access/access-policies"))).toHaveLength(1);
});

test("each person makes three and no more, also with eight requests at once", async () => {
  const person = await makePerson();
  const sent = await Promise.all(Array.from({ length: 8 }, () => found(person)));
  expect(sent.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(3);
  for (let tries = 0; tries < 4; tries += 1) await found(person);
  expect(outcomeOf(await found(person))).toBe("409 too_many_organizations");
  const session = await callAs(person, "GET /v1/session");
  expect(session.body["organizations"]).toHaveLength(3);
  expect((await found(await makePerson())).status).toBe(201);
});

test("only people found, with fields that are known", async () => {
  const { token } = await makeOrganization();
  expect(outcomeOf(await call("POST /v1/organizations", { token, body: { name: "x" } }))).toBe("403 sign_in_required");
  expect((await found(await makePerson("unverified@acme.example", false))).status).toBe(401);
  const person = await makePerson();
  for (const body of [{}, { name: "" }, { name: "x", time_zone: "Mars" }, { name: "x", owner_email: "a@b.example" }]) {
    expect((await found(person, body)).status).toBe(400);
  }
  expect((await callAs(person, "GET /v1/session")).body["organizations"]).toEqual([]);
});

test("a repeat with the same Idempotency-Key makes one", async () => {
  const person = await makePerson();
  const send = () =>
    callAs(person, "POST /v1/organizations", { body: { name: "Once" }, headers: { "idempotency-key": "once" } });
  const first = await send();
  expect((await send()).body).toEqual(first.body);
  expect((await callAs(person, "GET /v1/session")).body["organizations"]).toHaveLength(1);
});

test("it can be switched off, or limited otherwise", async () => {
  const off = createApi({ ...sessionDeps, signUpOrganizations: 0 });
  const refused = await callAs(await makePerson(), "POST /v1/organizations", { body: { name: "x" } }, off);
  expect(outcomeOf(refused)).toBe("409 sign_up_off");
  const limits = (["off", "0", "7", ""] as const).map(
    (value) => readConfig({ SIGN_UP_ORGANIZATIONS: value }).signUpOrganizations,
  );
  expect(limits).toEqual([0, 0, 7, 0]);
  expect(() => readConfig({ SIGN_UP_ORGANIZATIONS: "many" })).toThrow("SIGN_UP_ORGANIZATIONS");
});

describe("an organization that a person made", () => {
  const make = async () => {
    const person = await makePerson();
    const made = await found(person);
    expect(made.body["issues_credit"]).toBe(false);
    return { person, id: textOf(made.body["id"]), memberId: textOf(made.body["member_id"]) };
  };

  test("gives itself no money, and moves what the platform gives it", async () => {
    const { person, id, memberId } = await make();
    const refused = await callAs(person, "POST /v1/wallets/credit", { body: { amount: "5" } });
    expect([outcomeOf(refused), refused.body["error"]?.["message"]]).toEqual([
      "403 credit_not_issued",
      expect.stringContaining("Top up, or ask the platform's administrator"),
    ]);
    const credit = { organization_id: id, amount: "5", currency: "USD" };
    expect((await call("POST /v1/admin/wallets/credit", { body: credit })).status).toBe(200);
    const move = (name: string) => callAs(person, name, { body: { user_id: memberId, amount: "2" } });
    expect([
      outcomeOf(await move("POST /v1/wallets/allocate")),
      outcomeOf(await move("POST /v1/wallets/reclaim")),
    ]).toEqual(["200", "200"]);
    const key = await callAs(person, "POST /v1/keys", {
      body: { name: "Money", type: "access", capabilities: ["org:billing", "org:read"] },
    });
    const token = textOf(key.body["key"]);
    expect(outcomeOf(await call("POST /v1/wallets/credit", { token, body: { amount: "5" } }))).toBe(
      "403 credit_not_issued",
    );
    expect(rowsOf(await callAs(person, "GET /v1/wallets"))[0]).toMatchObject({ balance: "5.00" });
  });

  test.each([{ allow_unpriced: true }, { wallet_fail_mode: "open" }, { enforce_default_max_output: false }])(
    "is refused %o, whoever asks, and keeps its other settings changeable",
    async (setting) => {
      const { person, id } = await make();
      const [name] = Object.keys(setting);
      const own = await callAs(person, "PUT /v1/wallets/settings", { body: { ...setting, time_zone: "Asia/Tokyo" } });
      expect([outcomeOf(own), own.body["error"]?.["param"]]).toEqual(["403 credit_not_issued", name]);
      const admins = await call(`PUT /v1/admin/organizations/${id}/wallet-settings`, { body: setting });
      expect(outcomeOf(admins)).toBe("403 credit_not_issued");
      expect((await callAs(person, "GET /v1/wallets/settings")).body["time_zone"]).toBe("UTC");
      expect((await callAs(person, "PUT /v1/wallets/settings", { body: { time_zone: "Asia/Tokyo" } })).status).toBe(
        200,
      );
    },
  );

  test("declares prices only for targets with a secret of its own", async () => {
    const { person } = await make();
    const gateway = await callAs(person, "POST /v1/gateways", { body: { name: "G" } });
    const target =
      "id: t, provider: openai, model: m, pricing: {input_price_per_million: 0, output_price_per_million: 0}";
    const push = (more: string) =>
      callAs(person, `PUT /v1/gateways/${textOf(gateway.body["id"])}/config`, {
        body: `pack: {name: p, version: 1.0.0}\npolicies: {chain: []}\nproviders: {targets: [{${target}${more}}]}\n`,
        headers: { "content-type": "application/yaml" },
      });
    const refused = await push("");
    expect([outcomeOf(refused), JSON.stringify(refused.body)]).toEqual([
      "400 config_invalid",
      expect.stringContaining("only for targets with a secret of the organization"),
    ]);
    await callAs(person, "PUT /v1/secrets/mine", { body: { value: "sk-of-the-organization" } });
    expect(outcomeOf(await push(", secret_key_ref: {store: mine}"))).toBe("200");
  });

  test("issues credit from when the platform says so, and has no unpaid settings any more when it is taken back", async () => {
    const { person, id } = await make();
    const allow = (issues_credit: boolean) => call(`PATCH /v1/admin/organizations/${id}`, { body: { issues_credit } });
    expect((await allow(true)).body["issues_credit"]).toBe(true);
    expect(outcomeOf(await callAs(person, "POST /v1/wallets/credit", { body: { amount: "5" } }))).toBe("200");
    const unpaid = { allow_unpriced: true, wallet_fail_mode: "open", enforce_default_max_output: false };
    expect((await callAs(person, "PUT /v1/wallets/settings", { body: unpaid })).body).toMatchObject(unpaid);
    expect((await loadDirectory(env.CONTROL_DB, id))?.settings).toMatchObject({ allowUnpriced: true });
    await allow(false);
    const paid = { allow_unpriced: false, wallet_fail_mode: "closed", enforce_default_max_output: true };
    expect((await callAs(person, "GET /v1/wallets/settings")).body).toMatchObject(paid);
    expect((await loadDirectory(env.CONTROL_DB, id))?.settings).toMatchObject({
      allowUnpriced: false,
      walletFailMode: "closed",
      enforceDefaultMaxOutput: true,
    });
    const log = rowsOf(await callAs(person, "GET /v1/audit-log"));
    expect(log.find((row) => textOf(row["action"]) === "organization.update")).toMatchObject({
      before: { issues_credit: true },
      after: { issues_credit: false },
    });
  });
});

test("an organization of the platform issues credit unless the platform says otherwise", async () => {
  const made = await Promise.all(
    [{}, { issues_credit: false }].map((more) =>
      call("POST /v1/admin/organizations", { body: { name: "x", ...more } }),
    ),
  );
  expect(made.map(({ body }) => body["issues_credit"])).toEqual([true, false]);
});
