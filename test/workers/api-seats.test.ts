import { expect, test } from "vitest";
import { call, makeOrganization, rowsOf, textOf, type Reply } from "../support/worker-api.ts";

const codeOf = (reply: Reply): unknown[] => [reply.status, reply.body["error"]?.["code"]];

/** An organization with a plan, and members without seats. */
async function organizationWithPlan(
  plan: { readonly seat_count: number; readonly seat_monthly_credit: string },
  count = 1,
) {
  const { id, token } = await makeOrganization();
  await call(`PATCH /v1/admin/organizations/${id}`, { body: plan });
  const made = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      call("POST /v1/members", { token, body: { email: `member${index}@acme.example` } }),
    ),
  );
  return { id, token, memberIds: made.map((reply) => textOf(reply.body["id"])) };
}

test("the platform admin sets the plan, exactly, and the organization sees it", async () => {
  const { id, token } = await makeOrganization();
  const fresh = await call("GET /v1/organization", { token });
  expect(fresh.body).toMatchObject({ seat_count: 0, seat_monthly_credit: "0.00" });
  // Beyond 2^53 nano-units, where a double would round.
  const amount = "9007199.254740993";
  const patched = await call(`PATCH /v1/admin/organizations/${id}`, {
    body: { seat_count: 3, seat_monthly_credit: amount },
  });
  expect(patched.body).toMatchObject({ seat_count: 3, seat_monthly_credit: amount, name: "Acme" });
  const renamed = await call("PATCH /v1/organization", { token, body: { name: "Acme Labs" } });
  expect(renamed.body).toMatchObject({ name: "Acme Labs", seat_count: 3, seat_monthly_credit: amount });
  expect((await call(`GET /v1/admin/organizations/${id}`)).body["seat_monthly_credit"]).toBe(amount);
  const listed = rowsOf(await call("GET /v1/admin/organizations"));
  expect(listed.find((row) => textOf(row["id"]) === id)).toMatchObject({ seat_monthly_credit: amount });
  const own = await call("PATCH /v1/organization", { token, body: { seat_count: 9 } });
  expect(codeOf(own)).toEqual([400, "unknown_parameter"]);
  const foreign = await call(`PATCH /v1/admin/organizations/${id}`, { token, body: { seat_count: 9 } });
  expect(foreign.status).toBe(403);
});

test.each([
  [{ seat_count: -1 }, "seat_count"],
  [{ seat_count: 1.5 }, "seat_count"],
  [{ seat_monthly_credit: "-1" }, "seat_monthly_credit"],
  [{ seat_monthly_credit: "0.0000000001" }, "seat_monthly_credit"],
])("the plan %j is refused", async (body, param) => {
  const { id } = await makeOrganization();
  const refused = await call(`PATCH /v1/admin/organizations/${id}`, { body });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});

test("a seat is given, shown and taken away", async () => {
  const { token, memberIds } = await organizationWithPlan({ seat_count: 1, seat_monthly_credit: "20" }, 2);
  const [ada = "", bob = ""] = memberIds;
  expect(codeOf(await call(`GET /v1/members/${ada}/seat`, { token }))).toEqual([404, "not_found"]);
  const given = await call(`PUT /v1/members/${ada}/seat`, { token });
  expect(given.status).toBe(200);
  expect(given.body).toMatchObject({
    member_id: ada,
    monthly_credit: "20.00",
    currency: "USD",
    granted_amount: "20.00",
    wallet: { scope: "seat", owner_id: ada, available: "20.00" },
  });
  expect(Date.parse(textOf(given.body["expires_at"]))).toBeGreaterThan(Date.parse(textOf(given.body["granted_at"])));
  expect((await call(`PUT /v1/members/${ada}/seat`, { token })).body).toEqual(given.body);
  const idsOf = async (query: string) =>
    rowsOf(await call(`GET /v1/members?${query}`, { token })).map((row) => textOf(row["id"]));
  expect(await idsOf("seat=true")).toEqual([ada]);
  expect(await idsOf("seat=false")).toContain(bob);
  expect(await idsOf("seat=false")).not.toContain(ada);
  expect(codeOf(await call(`PUT /v1/members/${bob}/seat`, { token }))).toEqual([409, "no_seats_left"]);
  expect(codeOf(await call("PUT /v1/members/mem_nobody/seat", { token }))).toEqual([404, "not_found"]);

  const members = rowsOf(await call("GET /v1/members", { token }));
  expect(members.filter((row) => Boolean(row["seat"])).map((row) => row["id"])).toEqual([ada]);
  expect((await call(`PATCH /v1/members/${ada}`, { token, body: { name: "Ada" } })).body).toMatchObject({ seat: true });
  expect((await call(`GET /v1/wallets/balance?user_id=${ada}`, { token })).body).toMatchObject({
    effective_scope: "seat",
    available: "20.00",
    sources: [{ scope: "seat", name: "Ada" }, { scope: "user" }, { scope: "organization" }],
  });
  const wallets = rowsOf(await call("GET /v1/wallets", { token }));
  const seat = wallets.find((row) => textOf(row["scope"]) === "seat");
  expect(seat).toMatchObject({ owner_id: ada, balance: "20.00" });
  const path = `/v1/wallets/${textOf(seat?.["id"])}/transactions`;
  expect(rowsOf(await call(`GET ${path}`, { token }))).toMatchObject([
    { type: "seat_grant", amount: "20.00", balance_after: "20.00", actor: "plan" },
  ]);
  const credit = await call("POST /v1/wallets/credit", { token, body: { wallet_id: seat?.["id"], amount: "1" } });
  expect(codeOf(credit)).toEqual([400, "invalid_target"]);

  expect((await call(`DELETE /v1/members/${ada}/seat`, { token })).status).toBe(200);
  expect((await call(`DELETE /v1/members/${ada}/seat`, { token })).status).toBe(404);
  expect(rowsOf(await call(`GET ${path}`, { token }))).toMatchObject([
    { type: "seat_expiry", amount: "-20.00", balance_after: "0.00" },
    { type: "seat_grant" },
  ]);
  // The plan's one grant of this month is used up.
  expect((await call(`PUT /v1/members/${bob}/seat`, { token })).body).toMatchObject({
    granted_at: null,
    expires_at: null,
    granted_amount: null,
    wallet: { available: "0.00" },
  });
});

test("of many at once exactly as many get a seat as the plan has", async () => {
  const { token, memberIds } = await organizationWithPlan({ seat_count: 3, seat_monthly_credit: "1" }, 8);
  const replies = await Promise.all(memberIds.map((memberId) => call(`PUT /v1/members/${memberId}/seat`, { token })));
  expect(replies.filter((reply) => reply.status === 200)).toHaveLength(3);
  expect(replies.filter((reply) => reply.status === 409)).toHaveLength(5);
  const seats = rowsOf(await call("GET /v1/wallets", { token })).filter((row) => textOf(row["scope"]) === "seat");
  expect(seats.map((row) => row["balance"])).toEqual(["1.00", "1.00", "1.00"]);
});

test("a member goes with its seat, and its credit with it", async () => {
  const { token, memberIds } = await organizationWithPlan({ seat_count: 1, seat_monthly_credit: "5" }, 2);
  const [ada = "", bob = ""] = memberIds;
  await call(`PUT /v1/members/${ada}/seat`, { token });
  expect((await call(`DELETE /v1/members/${ada}`, { token })).status).toBe(200);
  const wallets = rowsOf(await call("GET /v1/wallets", { token }));
  expect(wallets.find((row) => textOf(row["scope"]) === "seat")).toMatchObject({ balance: "0.00", owner_id: ada });
  expect((await call(`PUT /v1/members/${bob}/seat`, { token })).status).toBe(200);
});

test("a plan with an amount keeps the currency", async () => {
  const { id, token } = await organizationWithPlan({ seat_count: 1, seat_monthly_credit: "5" });
  const refused = await call("PUT /v1/wallets/settings", { token, body: { currency: "JPY" } });
  expect(codeOf(refused)).toEqual([409, "seat_credit_set"]);
  await call(`PATCH /v1/admin/organizations/${id}`, { body: { seat_monthly_credit: "0" } });
  expect((await call("PUT /v1/wallets/settings", { token, body: { currency: "JPY" } })).status).toBe(200);
});

test("only an administrator of the organization gives and takes seats", async () => {
  const { token, memberIds } = await organizationWithPlan({ seat_count: 1, seat_monthly_credit: "5" });
  const [ada = ""] = memberIds;
  const reader = await call("POST /v1/keys", {
    token,
    body: { name: "reader", type: "access", capabilities: ["org:read"] },
  });
  const readerToken = textOf(reader.body["key"]);
  expect((await call(`PUT /v1/members/${ada}/seat`, { token: readerToken })).status).toBe(403);
  const other = await makeOrganization();
  await call(`PUT /v1/members/${ada}/seat`, { token });
  expect((await call(`GET /v1/members/${ada}/seat`, { token: readerToken })).status).toBe(200);
  expect((await call(`GET /v1/members/${ada}/seat`, { token: other.token })).status).toBe(404);
  expect((await call(`DELETE /v1/members/${ada}/seat`, { token: other.token })).status).toBe(404);
});

test("a service user sees its own wallet, and no seat", async () => {
  const { token } = await makeOrganization();
  const service = await call("POST /v1/service-users", { token, body: { name: "nightly" } });
  const id = textOf(service.body["id"]);
  await call("POST /v1/wallets/credit", { token, body: { user_id: id, amount: "2" } });
  const key = await call("POST /v1/keys", { token, body: { name: "n", type: "gateway", service_user_id: id } });
  expect((await call("GET /v1/wallets/balance", { token: textOf(key.body["key"]) })).body).toMatchObject({
    available: "2.00",
    sources: [{ scope: "user", owner_id: id }, { scope: "organization" }],
  });
  expect((await call(`PUT /v1/members/${id}/seat`, { token })).status).toBe(404);
});
