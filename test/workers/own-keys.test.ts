/** Gateway keys that members make for themselves. */
import { beforeAll, expect, test } from "vitest";
import { call, rowsOf, textOf } from "../support/worker-api.ts";
import { makePeople, type People } from "../support/worker-people.ts";

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

const asBob = (name: string, body?: unknown) => call(name, { token: people.bob.token, body });
const KEY = { name: "laptop", type: "gateway" };

test("a member makes, rotates and revokes a key that is the member's own", async () => {
  const { bob, token } = people;
  const made = await asBob("POST /v1/keys", { ...KEY, team_id: bob.teamId, models: ["gpt-5*"] });
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({
      type: "gateway",
      member_id: bob.memberId,
      team_id: bob.teamId,
      capabilities: [],
      may_assert_identity: false,
    }),
  ]);
  const path = `/v1/keys/${textOf(made.body["id"])}`;
  const models = (reply: { body: { readonly [name: string]: unknown } }) =>
    call("GET /v1/unified-access/models", { token: textOf(reply.body["key"]) });
  expect((await models(made)).status).toBe(200);
  const rotated = await asBob(`POST ${path}/rotate`, {});
  expect([(await models(made)).status, (await models(rotated)).status]).toEqual([401, 200]);
  expect((await asBob(`POST ${path}/revoke`)).body).toMatchObject({ status: "revoked" });
  expect((await models(rotated)).status).toBe(401);
  const recorded = rowsOf(await call("GET /v1/audit-log?limit=3", { token }));
  expect(recorded.map(({ action, actor }) => [action, actor])).toEqual(
    ["key.revoke", "key.rotate", "key.create"].map((action) => [action, bob.accessKeyId]),
  );
});

test("a member makes no key that says or does more than the member", async () => {
  const { ada, eve, token } = people;
  const service = textOf((await call("POST /v1/service-users", { token, body: { name: "ci" } })).body["id"]);
  const tries: [Readonly<Record<string, unknown>>, number][] = [
    [{ type: "access" }, 403],
    [{ type: "access", capabilities: ["self"] }, 403],
    [{ capabilities: ["self"] }, 403],
    [{ capabilities: ["control_plane"] }, 403],
    [{ may_assert_identity: true }, 403],
    [{ member_id: ada.memberId }, 403],
    [{ service_user_id: service }, 403],
    [{ tags: ["tier:gold"] }, 403],
    [{ rate_limits: { rpm: 1_000_000 } }, 403],
    [{ team_id: eve.teamId }, 400],
  ];
  const before = (await call("GET /v1/keys", { token })).body;
  for (const [fields, status] of tries) {
    expect([fields, (await asBob("POST /v1/keys", { ...KEY, ...fields })).status]).toEqual([fields, status]);
  }
  expect((await call("GET /v1/keys", { token })).body).toEqual(before);
});

test("a member rotates no key that an administrator has given more, but may revoke it", async () => {
  const { bob, token } = people;
  const body = { ...KEY, member_id: bob.memberId, capabilities: ["control_plane"] };
  const made = await call("POST /v1/keys", { token, body });
  const path = `/v1/keys/${textOf(made.body["id"])}`;
  expect((await asBob(`POST ${path}/rotate`, {})).status).toBe(403);
  for (const name of [`PATCH ${path}`, `DELETE ${path}`]) expect((await asBob(name, {})).status).toBe(403);
  expect((await asBob(`POST ${path}/revoke`)).status).toBe(200);
  expect((await asBob(`POST /v1/keys/${people.ada.gatewayKeyId}/revoke`)).status).toBe(404);
});

test("at most twenty keys in force, also when many are asked for at once", async () => {
  const { eve } = people;
  const make = () => call("POST /v1/keys", { token: eve.token, body: KEY });
  for (let made = 2; made < 18; made += 1) expect((await make()).status).toBe(201);
  const replies = await Promise.all(Array.from({ length: 5 }, make));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(2);
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(3);
});

test("the setting switches it off, and only an administrator sets it", async () => {
  const { bob, organizationId, token } = people;
  const made = await asBob("POST /v1/keys", KEY);
  const path = `/v1/keys/${textOf(made.body["id"])}`;
  const capabilities = ["org:billing", "org:read"];
  const billing = await call("POST /v1/keys", { token, body: { name: "b", type: "access", capabilities } });
  const off = { self_service_keys: false };
  const settings = "PUT /v1/wallets/settings";
  expect((await call(settings, { token: textOf(billing.body["key"]), body: off })).status).toBe(403);
  expect((await call(settings, { token, body: off })).body).toMatchObject(off);
  expect((await asBob("POST /v1/keys", KEY)).status).toBe(403);
  expect((await asBob(`POST ${path}/rotate`, {})).status).toBe(403);
  expect((await asBob(`GET ${path}`)).status).toBe(200);
  expect((await asBob(`POST ${path}/revoke`)).status).toBe(200);
  const byAdmin = await call("POST /v1/keys", { token, body: { ...KEY, member_id: bob.memberId } });
  expect(byAdmin.status).toBe(201);
  const twin = `PUT /v1/admin/organizations/${organizationId}/wallet-settings`;
  expect((await call(twin, { body: { self_service_keys: true } })).status).toBe(200);
  expect((await asBob("POST /v1/keys", KEY)).status).toBe(201);
});
