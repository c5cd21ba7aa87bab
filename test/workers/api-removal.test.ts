/** Teams, members and service users go with what is in their wallets, or not at all. */
import { expect, test } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { call, deps, makeOrganization, rowsOf, send, textOf, type Json } from "../support/worker-api.ts";

const KINDS = [
  { path: "teams", body: { name: "Research" }, target: "team_id", noun: "team" },
  { path: "members", body: { email: "ada@acme.example" }, target: "user_id", noun: "member" },
  { path: "service-users", body: { name: "robot" }, target: "user_id", noun: "service user" },
] as const;

async function make(kind: (typeof KINDS)[number], amount: string | null) {
  const { id: organizationId, token } = await makeOrganization({ credit: "10" });
  const made = await call(`POST /v1/${kind.path}`, { token, body: kind.body });
  const id = textOf(made.body["id"]);
  const allocate = (sum: string) =>
    call("POST /v1/wallets/allocate", { token, body: { [kind.target]: id, amount: sum } });
  if (amount !== null) await allocate(amount);
  const remove = (query = "") => call(`DELETE /v1/${kind.path}/${id}${query}`, { token });
  return { organizationId, token, id, allocate, remove };
}

async function balances(token: string): Promise<readonly unknown[]> {
  return rowsOf(await call("GET /v1/wallets", { token })).map(({ scope, balance }) => [scope, balance]);
}

async function ledgerSum(organizationId: string): Promise<bigint> {
  const books = await deps.organization(organizationId).books();
  if (books.outcome === "refused") throw new Error(books.failure.kind);
  for (const { balanceNanos, heldNanos, linesNanos } of books.value.wallets) {
    expect([balanceNanos, heldNanos]).toEqual([linesNanos, 0n]);
  }
  return books.value.wallets.reduce((sum, { balanceNanos }) => sum + balanceNanos, 0n);
}

test.each(KINDS)("a $noun with money goes only when it is reclaimed", async (kind) => {
  const { token, id, remove } = await make(kind, "2.50");
  for (const query of ["", "?reclaim=false"]) {
    const refused = await remove(query);
    expect(refused.status).toBe(409);
    expect(refused.body["error"]).toMatchObject({
      code: "wallet_not_empty",
      balance: "2.50",
      held: "0.00",
      currency: "USD",
    });
  }
  expect((await remove("?reclaim=yes")).status).toBe(400);
  const removed = await remove("?reclaim=true");
  expect([removed.status, removed.body]).toEqual([200, { id, deleted: true }]);
  expect(await balances(token)).toEqual([["organization", "10.00"]]);
  expect((await remove("?reclaim=true")).status).toBe(404);
  const late = await call("POST /v1/wallets/allocate", { token, body: { [kind.target]: id, amount: "1" } });
  expect(late.status).toBe(404);
});

test.each(KINDS)("what broke off after a $noun's wallet was closed is completed by a repeat", async (kind) => {
  const { token, id, allocate, remove } = await make(kind, "1");
  const broken = createApi({ ...deps, db: failingBatches() });
  const failed = await send(`DELETE /v1/${kind.path}/${id}?reclaim=true`, { token }, broken);
  expect(failed.status).toBe(500);
  expect((await call(`GET /v1/${kind.path}/${id}`, { token })).status).toBe(200);
  expect(await balances(token)).toEqual([["organization", "10.00"]]);
  const refused = await allocate("1");
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "wallet_closed"]);
  expect((await remove()).status).toBe(200);
});

test("a team that keys name keeps its money", async () => {
  const { token, id, remove } = await make(KINDS[0], "1");
  await call("POST /v1/keys", { token, body: { name: "k", type: "gateway", team_id: id } });
  expect((await remove("?reclaim=true")).body["error"]).toMatchObject({ code: "in_use" });
  expect(await balances(token)).toEqual([
    ["organization", "9.00"],
    ["team", "1.00"],
  ]);
});

test("a key that names the team at the last moment lets its wallet open again", async () => {
  const { token, id, allocate, remove } = await make(KINDS[0], "1");
  const original: typeof deps.organization = (organizationId) => deps.organization(organizationId);
  const racing = createApi({
    ...deps,
    organization: (organizationId) => ({
      ...original(organizationId),
      closeWallet: async (command) => {
        const reply = await original(organizationId).closeWallet(command);
        await call("POST /v1/keys", { token, body: { name: "k", type: "gateway", team_id: id } });
        return reply;
      },
    }),
  });
  const refused = await send(`DELETE /v1/teams/${id}?reclaim=true`, { token }, racing);
  expect([refused.status, await refused.json<Json>()]).toMatchObject([409, { error: { code: "in_use" } }]);
  expect((await allocate("1")).status).toBe(200);
  expect((await remove()).body["error"]).toMatchObject({ code: "in_use" });
});

test.each(KINDS)("deletions of a $noun race with credits and allocations, and nothing is lost", async (kind) => {
  const { organizationId, token, id, allocate, remove } = await make(kind, "1");
  const credit = () => call("POST /v1/wallets/credit", { token, body: { [kind.target]: id, amount: "0.25" } });
  const [credits, removals] = await Promise.all([
    Promise.all(Array.from({ length: 8 }, credit)),
    Promise.all(Array.from({ length: 4 }, () => remove("?reclaim=true"))),
    Promise.all(Array.from({ length: 8 }, () => allocate("0.125"))),
  ]);
  expect(removals.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(removals.every(({ status }) => [200, 404, 409].includes(status))).toBe(true);
  expect((await call(`GET /v1/${kind.path}/${id}`, { token })).status).toBe(404);
  expect(await balances(token)).toHaveLength(1);
  const credited = credits.filter(({ status }) => status < 300).length;
  expect(await ledgerSum(organizationId)).toBe(10_000_000_000n + BigInt(credited) * 250_000_000n);
});

test("gateways have no wallet", async () => {
  const { token } = await makeOrganization();
  const made = await call("POST /v1/gateways", { token, body: { name: "g" } });
  expect((await call(`DELETE /v1/gateways/${textOf(made.body["id"])}?reclaim=true`, { token })).status).toBe(200);
});

/** D1 that reads, and loses every transaction. */
function failingBatches(): typeof deps.db {
  return new Proxy(deps.db, {
    get(target, name) {
      if (name === "batch") return () => Promise.reject(new Error("D1_ERROR: Network connection lost."));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
