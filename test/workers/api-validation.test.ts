/** Every body that the API reference describes, with each of its fields wrong in turn. */
import { beforeAll, expect, test } from "vitest";
import { readReference, type Operation } from "../support/worker-api-reference.ts";
import { ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { ADMIN_TOKEN, call, makeOrganization, textOf, type Reply } from "../support/worker-api.ts";
import { callAs, makePerson, type Person } from "../support/worker-session.ts";

const PRICE = { provider: "openai", model: "m", input_price_per_million: "1", output_price_per_million: "1" };

let token = "";
let person: Person;
let bodies: readonly Operation[] = [];

beforeAll(async () => {
  token = (await makeOrganization()).token;
  person = await makePerson();
  const operations = await readReference();
  bodies = operations.filter(({ fields, tag }) => fields !== null && tag !== "Model traffic");
});

function ask(name: string, path: string, body: unknown): Promise<Reply> {
  const isSignedIn = Object.entries(ROUTE_ACCESS).some(([route, access]) => route === name && access === "signed_in");
  if (isSignedIn) return callAs(person, path, { body });
  return call(path, { token: name.includes("/v1/admin/") ? ADMIN_TOKEN : token, body });
}

async function refuse(operation: Operation, body: unknown) {
  const path = operation.name.replaceAll(/\{\w+\}/g, "id");
  const reply = await ask(operation.name, path, body);
  const { param, code, message } = reply.body["error"] ?? {};
  return { status: reply.status, param, code, message };
}

test("the reference has an example of every body", () => {
  expect(bodies.length).toBeGreaterThan(25);
  expect(bodies.filter(({ example }) => example === null).map(({ name }) => name)).toEqual([]);
});

test("a field of the wrong type is named, with the rule that it breaks", async () => {
  const checked = bodies.flatMap((operation) => (operation.fields ?? []).map((field) => ({ operation, field })));
  expect(checked.length).toBeGreaterThan(100);
  for (const { operation, field } of checked) {
    // No field of ours takes a list of lists.
    const wrong = await refuse(operation, { ...operation.example, [field.name]: [[]] });
    const where = `${operation.name} ${field.name}: ${JSON.stringify(wrong)}`;
    expect([wrong.status, wrong.code], where).toEqual([400, "invalid_value"]);
    expect(textOf(wrong.param).split(".")[0], where).toBe(field.name);
    expect(wrong.message, where).toMatch(/^`.+`: expected .+\.$/);
    expect(wrong.message, where).not.toMatch(/invalid input/i);
  }
});

test("a required field that is absent is called required", async () => {
  const checked = bodies.flatMap((operation) =>
    (operation.fields ?? []).filter(({ required }) => required).map((field) => ({ operation, field })),
  );
  expect(checked.length).toBeGreaterThan(25);
  for (const { operation, field } of checked) {
    const { [field.name]: _absent, ...body } = operation.example ?? {};
    const refused = await refuse(operation, body);
    expect(refused, operation.name).toEqual({
      status: 400,
      param: field.name,
      code: "missing_required_parameter",
      message: `The field \`${field.name}\` is required.`,
    });
  }
});

test("an unknown field is named, and so is a body that is no object", async () => {
  for (const operation of bodies) {
    const unknown = await refuse(operation, { ...operation.example, colour: "red" });
    expect([unknown.status, unknown.param], operation.name).toEqual([400, "colour"]);
    const list = await refuse(operation, []);
    expect([list.status, list.param, list.message], operation.name).toEqual([
      400,
      null,
      "The body: expected an object.",
    ]);
  }
});

test.each([
  ["POST /v1/wallets/credit", { amount: "1.0000000001" }, "amount", /above zero with at most nine decimals/],
  ["POST /v1/wallets/credit", { amount: -1 }, "amount", /above zero with at most nine decimals/],
  ["POST /v1/wallets/credit", { amount: 1, currency: "XXX" }, "currency", /expected "USD" or "EUR" or/],
  ["POST /v1/wallets/credit", { amount: 1, note: "x".repeat(501) }, "note", /expected at most 500 characters/],
  ["POST /v1/teams", { name: "half \ud800" }, "name", /without half of a surrogate pair/],
  [
    "POST /v1/keys",
    { name: "k", type: "gateway", tags: ["a:b", "c:\udc00"] },
    "tags.1",
    /without half of a surrogate pair/,
  ],
  ["POST /v1/members", { email: "nobody" }, "email", /expected an e-mail address/],
  ["POST /v1/keys", { name: "k", type: "gateway", expires_at: "tomorrow" }, "expires_at", /ISO 8601 date, or/],
  ["POST /v1/keys", { name: "k", type: "gateway", tags: ["plain"] }, "tags.0", /a tag is `key:value`/],
  ["PUT /v1/wallets/settings", { alert_threshold_pct: 1.5 }, "alert_threshold_pct", /expected a whole number/],
  ["PUT /v1/wallets/settings", { time_zone: "Mars/Olympus" }, "time_zone", /not an IANA time zone/],
  ["GET /v1/keys?limit=many", undefined, "limit", /expected a number/],
  ["GET /v1/spend/logs?from=yesterday", undefined, "from", /ISO 8601 date, or/],
  ["PUT /v1/admin/exchange-rates", { EUR: "0,92" }, "EUR", /expected a decimal above zero/],
  ["PUT /v1/admin/exchange-rates", { EUR: true }, "EUR", /expected a decimal above zero .*, as string or number/],
  ["PUT /v1/admin/exchange-rates", { JPY: 0.0000000001 }, "JPY", /expected a decimal above zero/],
  ["PUT /v1/admin/exchange-rates", { DOGE: "1" }, "DOGE", /Unknown field/],
  ["POST /v1/admin/model-pricing", { ...PRICE, tiers: { fast: [] } }, "tiers.fast", /expected an object/],
  [
    "POST /v1/admin/model-pricing",
    { ...PRICE, long_context: { threshold_tokens: 1, input_price_per_million: true } },
    "long_context.input_price_per_million",
    /expected a decimal of at least zero/,
  ],
  ["POST /v1/admin/model-pricing", { ...PRICE, effective_from: "soon" }, "effective_from", /ISO 8601 date, or/],
])("%s names a wrong field and its rule (%#)", async (name, body, param, message) => {
  const reply = await ask(name, name, body);
  expect([reply.status, reply.body["error"]?.["param"]]).toEqual([400, param]);
  expect(reply.body["error"]?.["message"]).toMatch(message);
});
