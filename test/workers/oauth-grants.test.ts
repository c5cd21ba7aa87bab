/** Connected applications: who sees them, and how they are disconnected. */
import { afterEach, expect, test, vi } from "vitest";
import { Organization } from "../../durable-objects/organization/organization.ts";
import { advanceClock, call, rowsOf, signedIn, textOf } from "../support/worker-api.ts";
import { makeApplication, refresh, registerClient, revoke, signIn, type Application } from "../support/worker-oauth.ts";
import { idsOf } from "../support/worker-people.ts";
import { chat, restartIsolate } from "../support/worker-proxy.ts";

afterEach(async () => {
  vi.restoreAllMocks();
  await restartIsolate();
  signedIn.session = null;
});

const PATH = "/v1/oauth/grants";

async function keyOf({ accessKey }: Application, memberId: string, capabilities = ["self"]): Promise<string> {
  const body = { name: "own", type: "access", member_id: memberId, capabilities };
  return textOf((await call("POST /v1/keys", { token: accessKey, body })).body["key"]);
}

/** Another member of the organization, who has allowed the same application. */
async function joinedBy(application: Application, name: string): Promise<Application> {
  const body = { email: `${name}@acme.example`, name };
  const made = await call("POST /v1/members", { token: application.accessKey, body });
  const session = { ...application.session, memberId: textOf(made.body["id"]) };
  signedIn.session = session;
  return { ...application, session };
}

const statusOf = async (access: string) => (await chat({ gatewayKey: access })).status;

test("a member sees the applications that it allowed, with what they may and when they were used", async () => {
  const application = await makeApplication({ scopes: ["inference", "spend:read"] });
  const tokens = await signIn(application, { scope: "inference" }, { spend_cap: "2.5" });
  const own = await keyOf(application, application.session.memberId);
  const listed = rowsOf(await call(`GET ${PATH}`, { token: own }));
  expect(listed).toEqual([
    {
      id: expect.stringMatching(/^ogr_/),
      client_id: application.clientId,
      client_name: "Editor",
      member_id: application.session.memberId,
      scopes: ["inference"],
      spend_cap: "2.50",
      spend_cap_window: "monthly",
      currency: "USD",
      created_at: expect.any(String),
      last_used_at: expect.any(String),
    },
  ]);
  const first = Date.parse(textOf(listed[0]?.["last_used_at"]));
  expect(first).toBeGreaterThanOrEqual(Date.parse(textOf(listed[0]?.["created_at"])));
  expect(await statusOf(tokens.access)).toBe(200);
});

test("each sees its own, an administrator everybody's and any member's", async () => {
  const ada = await makeApplication();
  await signIn(ada);
  const bob = await joinedBy(ada, "bob");
  await signIn(bob);
  // Ids of the same millisecond have no order.
  advanceClock(1);
  const second = { ...bob, ...(await registerClient(ada.accessKey, { name: "Notes" })) };
  await signIn(second);
  const [adaKey, bobKey] = [await keyOf(ada, ada.session.memberId), await keyOf(ada, bob.session.memberId)];
  const list = async (token: string, query = "") => rowsOf(await call(`GET ${PATH}${query}`, { token }));
  expect((await list(adaKey)).map((row) => row["member_id"])).toEqual([ada.session.memberId]);
  expect((await list(bobKey)).map((row) => row["client_name"])).toEqual(["Notes", "Editor"]);
  expect(await list(adaKey, `?user_id=${bob.session.memberId}`)).toEqual([]);
  expect(await list(ada.accessKey)).toHaveLength(3);
  expect(await list(ada.accessKey, `?user_id=${bob.session.memberId}`)).toHaveLength(2);
  const page = await call(`GET ${PATH}?limit=1`, { token: bobKey });
  expect(page.body).toMatchObject({ has_more: true });
  expect(await list(bobKey, `?limit=1&cursor=${textOf(page.body["next_cursor"])}`)).toHaveLength(1);
  const nobody = await call("POST /v1/keys", {
    token: ada.accessKey,
    body: { name: "n", type: "access", capabilities: ["self"] },
  });
  expect(await list(textOf(nobody.body["key"]))).toEqual([]);
  for (const capabilities of [["org:read"], ["org:billing"]]) {
    const token = await keyOf(ada, ada.session.memberId, capabilities);
    expect((await call(`GET ${PATH}`, { token })).status).toBe(403);
  }
});

test("disconnecting refuses the next request and every token, and leaves one record", async () => {
  const application = await makeApplication();
  const tokens = await signIn(application);
  const other = await joinedBy(application, "bob");
  const kept = await signIn(other);
  expect([await statusOf(tokens.access), await statusOf(kept.access)]).toEqual([200, 200]);
  const own = await keyOf(application, application.session.memberId);
  const [id = ""] = idsOf(await call(`GET ${PATH}`, { token: own }));
  expect((await call(`DELETE ${PATH}/${id}`, { token: await keyOf(application, other.session.memberId) })).status).toBe(
    404,
  );
  expect(await statusOf(tokens.access)).toBe(200);
  expect((await call(`DELETE ${PATH}/${id}`, { token: own })).body).toEqual({ id, deleted: true });
  expect([await statusOf(tokens.access), await statusOf(kept.access)]).toEqual([401, 200]);
  expect((await refresh(application, tokens.refresh)).status).toBe(400);
  expect(rowsOf(await call(`GET ${PATH}`, { token: own }))).toEqual([]);
  expect((await call(`DELETE ${PATH}/${id}`, { token: own })).status).toBe(404);
  const recorded = rowsOf(await call("GET /v1/audit-log?limit=200", { token: application.accessKey }));
  expect(recorded.filter((row) => textOf(row["action"]) === "oauth_grant.delete")).toEqual([
    expect.objectContaining({
      object_id: id,
      before: expect.objectContaining({ client_name: "Editor", member_id: application.session.memberId }),
    }),
  ]);
});

test("an administrator disconnects anybody's application", async () => {
  const application = await makeApplication();
  const { access } = await signIn(application);
  const [id = ""] = idsOf(await call(`GET ${PATH}`, { token: application.accessKey }));
  expect((await call(`DELETE ${PATH}/${id}`, { token: application.accessKey })).status).toBe(200);
  expect(await statusOf(access)).toBe(401);
});

test("a consent that the application gave back is not shown, and neither is one whose code was never used", async () => {
  const application = await makeApplication();
  const tokens = await signIn(application);
  const listed = () => call(`GET ${PATH}`, { token: application.accessKey });
  expect(rowsOf(await listed())).toHaveLength(1);
  expect((await revoke(application, tokens.refresh)).status).toBe(200);
  expect(rowsOf(await listed())).toEqual([]);
});

test("while the ledger does not hear of it the answer is 503, and the repeat disconnects and records once", async () => {
  const application = await makeApplication();
  const { access } = await signIn(application);
  const [id = ""] = idsOf(await call(`GET ${PATH}`, { token: application.accessKey }));
  const deaf = vi
    .spyOn(Organization.prototype, "revokeOAuthGrants")
    .mockImplementation(async () => Promise.reject(new Error("away")));
  expect((await call(`DELETE ${PATH}/${id}`, { token: application.accessKey })).status).toBe(503);
  deaf.mockRestore();
  expect((await call(`DELETE ${PATH}/${id}`, { token: application.accessKey })).status).toBe(200);
  expect(await statusOf(access)).toBe(401);
  expect((await call(`DELETE ${PATH}/${id}`, { token: application.accessKey })).status).toBe(404);
});
