import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { webhookDeliveries } from "../../src/platform/d1/spend-schema.ts";
import { attemptIfDue } from "../../src/platform/webhook-delivery.ts";
import { answerWith, receivedAt } from "../support/worker-endpoints.ts";
import {
  advanceClock,
  call,
  deps,
  makeOrganization,
  rowsOf,
  scheduled,
  textOf,
  webhookDelivery,
} from "../support/worker-api.ts";
import { nextId } from "../support/worker-organization.ts";

let organizationId = "";
let token = "";
beforeEach(async () => {
  ({ id: organizationId, token } = await makeOrganization());
});

const newUrl = (): string => `https://${nextId("hook").replace("_", "-")}.example.com/events`;

async function makeWebhook(body: Readonly<Record<string, unknown>> = {}) {
  const made = await call("POST /v1/webhooks", { token, body: { name: "Finance", url: newUrl(), ...body } });
  expect(made.status).toBe(201);
  return { id: textOf(made.body["id"]), secret: textOf(made.body["secret"]), url: textOf(made.body["url"]) };
}

describe("webhooks", () => {
  it("are created, listed, changed and deleted; the secret is shown once", async () => {
    const { id, secret, url } = await makeWebhook({ events: ["wallet.depleted"] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const read = await call(`GET /v1/webhooks/${id}`, { token });
    expect(read.body).toEqual({
      id,
      name: "Finance",
      url,
      events: ["wallet.depleted"],
      enabled: true,
      previous_secret_expires_at: null,
      created_at: expect.any(String),
    });
    const patched = await call(`PATCH /v1/webhooks/${id}`, { token, body: { enabled: false, events: [] } });
    expect(patched.body).toMatchObject({ enabled: false, events: [], url });
    expect(rowsOf(await call("GET /v1/webhooks", { token }))).toEqual([patched.body]);
    expect((await call(`DELETE /v1/webhooks/${id}`, { token })).body).toEqual({ id, deleted: true });
    expect((await call(`GET /v1/webhooks/${id}`, { token })).status).toBe(404);
  });

  it.each([
    "http://hooks.example.com/",
    "https://user:pass@hooks.example.com/",
    "https://localhost/x",
    "https://169.254.169.254/",
    "https://[::1]/",
    `https://hooks.example.com/${"x".repeat(2_048)}`,
    "",
  ])("refuse an address that is not public, https, plain and short (%#)", async (url) => {
    const made = await call("POST /v1/webhooks", { token, body: { name: "x", url } });
    expect([made.status, made.body["error"]?.["param"], made.body["error"]?.["code"]]).toEqual([
      400,
      "url",
      "invalid_value",
    ]);
    const { id } = await makeWebhook();
    expect((await call(`PATCH /v1/webhooks/${id}`, { token, body: { url } })).status).toBe(400);
  });

  it.each([{ events: ["nonsense"] }, { events: ["webhook.test"] }, { secret: "mine" }, { name: "" }])(
    "refuse %o",
    async (extra) => {
      const body = { name: "x", url: newUrl(), ...extra };
      expect((await call("POST /v1/webhooks", { token, body })).status).toBe(400);
    },
  );

  it("are at most twenty, also when many are made at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 25 }, () => call("POST /v1/webhooks", { token, body: { name: "x", url: newUrl() } })),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = made.find(({ status }) => status !== 201);
    expect([refused?.status, refused?.body["error"]?.["code"]]).toEqual([409, "too_many_webhooks"]);
  });

  it("need org:admin to change and org:read to see", async () => {
    const { id } = await makeWebhook();
    const key = await call("POST /v1/keys", { token, body: { name: "r", type: "access", capabilities: ["org:read"] } });
    const reader = textOf(key.body["key"]);
    const status = async (name: string, body?: unknown) => (await call(name, { token: reader, body })).status;
    expect(await status("GET /v1/webhooks")).toBe(200);
    expect(await status(`GET /v1/webhooks/${id}/deliveries`)).toBe(200);
    expect(await status("GET /v1/notifications")).toBe(200);
    expect(await status("POST /v1/webhooks", { name: "x", url: newUrl() })).toBe(403);
    expect(await status(`PATCH /v1/webhooks/${id}`, { name: "y" })).toBe(403);
    expect(await status(`POST /v1/webhooks/${id}/test`)).toBe(403);
    expect(await status(`POST /v1/webhooks/${id}/rotate-secret`)).toBe(403);
    expect(await status(`DELETE /v1/webhooks/${id}`)).toBe(403);
  });

  it("of another organization are not found", async () => {
    const { id } = await makeWebhook();
    const tested = await call(`POST /v1/webhooks/${id}/test`, { token });
    const other = await makeOrganization();
    const delivery = textOf(tested.body["id"]);
    for (const name of [
      `GET /v1/webhooks/${id}`,
      `PATCH /v1/webhooks/${id}`,
      `DELETE /v1/webhooks/${id}`,
      `POST /v1/webhooks/${id}/test`,
      `POST /v1/webhooks/${id}/rotate-secret`,
      `GET /v1/webhooks/${id}/deliveries`,
      `POST /v1/webhooks/${id}/deliveries/${delivery}/retry`,
    ]) {
      const body = name.startsWith("PATCH") ? { name: "taken" } : undefined;
      expect([name, (await call(name, { token: other.token, body })).status]).toEqual([name, 404]);
    }
    const own = await call("POST /v1/webhooks", { token: other.token, body: { name: "own", url: newUrl() } });
    const ownId = textOf(own.body["id"]);
    const borrowed = await call(`POST /v1/webhooks/${ownId}/deliveries/${delivery}/retry`, { token: other.token });
    expect(borrowed.status).toBe(404);
    expect((await call(`GET /v1/webhooks/${id}`, { token })).body["name"]).toBe("Finance");
  });

  it("answer 409 where nothing can sign", async () => {
    const api = createApi({ ...deps, webhooks: null });
    const response = await api.fetch(
      new Request("https://edge.test/v1/webhooks", {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ name: "x", url: newUrl() }),
      }),
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: "webhooks_not_configured" } });
  });
});

describe("a test event", () => {
  it("is sent once, signed, and its delivery is answered and listed", async () => {
    const { id, secret, url } = await makeWebhook();
    const tested = await call(`POST /v1/webhooks/${id}/test`, { token });
    expect(tested.body).toMatchObject({
      webhook_id: id,
      type: "webhook.test",
      status: "delivered",
      attempts: [{ status: 204, error: null }],
      next_attempt_at: null,
    });
    const [request] = receivedAt(url);
    const payload = new Webhook(secret).verify(request?.body ?? "", Object.fromEntries(request?.headers ?? []));
    expect(payload).toEqual({
      id: tested.body["event_id"],
      type: "webhook.test",
      timestamp: expect.stringMatching(/Z$/),
      data: { webhook_id: id, name: "Finance" },
    });
    expect(request?.headers.get("webhook-id")).toBe(tested.body["event_id"]);
    expect(rowsOf(await call(`GET /v1/webhooks/${id}/deliveries`, { token }))).toEqual([tested.body]);
    expect(rowsOf(await call(`GET /v1/webhooks/${id}/deliveries?status=failed`, { token }))).toEqual([]);
  });

  it("reaches a disabled webhook, is not tried again by itself, and can be retried", async () => {
    const { id, url } = await makeWebhook({ enabled: false });
    answerWith(url, 500);
    const tested = await call(`POST /v1/webhooks/${id}/test`, { token });
    expect(tested.body).toMatchObject({
      status: "failed",
      attempts: [{ status: 500, error: "refused" }],
      next_attempt_at: null,
    });
    answerWith(url, 200);
    const deliveryId = textOf(tested.body["id"]);
    const retry = () => call(`POST /v1/webhooks/${id}/deliveries/${deliveryId}/retry`, { token });
    const retried = await retry();
    expect(retried.body).toMatchObject({ status: "pending", next_attempt_at: expect.any(String) });
    expect((await retry()).body).toEqual(retried.body);
    expect(scheduled.at(-1)).toEqual({ ids: [deliveryId], delaySeconds: 0 });
    await attemptIfDue(webhookDelivery, deliveryId);
    await attemptIfDue(webhookDelivery, deliveryId);
    const [row] = rowsOf(await call(`GET /v1/webhooks/${id}/deliveries`, { token }));
    expect(row).toMatchObject({ status: "delivered", attempts: [{ status: 500 }, { status: 200 }] });
    expect(receivedAt(url).map(({ headers }) => headers.get("webhook-id"))).toEqual([
      tested.body["event_id"],
      tested.body["event_id"],
    ]);
  });

  it("is no way to send other events to a disabled webhook", async () => {
    const { id } = await makeWebhook();
    const row = { organizationId, webhookId: id, eventId: "ntf_1", type: "wallet.depleted", payloadJson: "{}" };
    await deps.spendDb
      .insert(webhookDeliveries)
      .values({ ...row, id: "dlv_of_the_disabled", status: "failed", createdAtMs: 0 });
    await call(`PATCH /v1/webhooks/${id}`, { token, body: { enabled: false } });
    const retried = await call(`POST /v1/webhooks/${id}/deliveries/dlv_of_the_disabled/retry`, { token });
    expect([retried.status, retried.body["error"]?.["code"]]).toEqual([409, "webhook_disabled"]);
  });
});

describe("rotating the secret", () => {
  it("signs with both for a day, then with the new one alone", async () => {
    const { id, secret, url } = await makeWebhook();
    const rotated = await call(`POST /v1/webhooks/${id}/rotate-secret`, { token });
    const fresh = textOf(rotated.body["secret"]);
    expect(fresh).not.toBe(secret);
    expect(rotated.body["previous_secret_expires_at"]).not.toBeNull();

    await call(`POST /v1/webhooks/${id}/test`, { token });
    const [both] = receivedAt(url);
    const headers = Object.fromEntries(both?.headers ?? []);
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const one of [secret, fresh]) expect(new Webhook(one).verify(both?.body ?? "", headers)).toBeTruthy();

    advanceClock(24 * 60 * 60 * 1_000);
    await call(`POST /v1/webhooks/${id}/test`, { token });
    const [, alone] = receivedAt(url);
    expect(alone?.headers.get("webhook-signature")?.split(" ")).toHaveLength(1);
    expect((await call(`GET /v1/webhooks/${id}`, { token })).body["previous_secret_expires_at"]).toBeNull();
  });

  it("at the same time by two is done by one", async () => {
    const { id, secret, url } = await makeWebhook();
    const rotate = () => call(`POST /v1/webhooks/${id}/rotate-secret`, { token });
    const rotated = await Promise.all([rotate(), rotate(), rotate()]);
    const done = rotated.filter(({ status }) => status === 200);
    const codes = rotated.filter(({ status }) => status !== 200).map(({ body }) => body["error"]?.["code"]);
    expect(new Set(codes).size).toBeLessThanOrEqual(1);
    if (done.length < rotated.length) expect(codes[0]).toBe("secret_rotated");
    await call(`POST /v1/webhooks/${id}/test`, { token });
    const [request] = receivedAt(url);
    const at = new Date(Number(request?.headers.get("webhook-timestamp")) * 1_000);
    const sign = (one: string) =>
      new Webhook(one).sign(request?.headers.get("webhook-id") ?? "", at, request?.body ?? "");
    const known = [secret, ...done.map(({ body }) => textOf(body["secret"]))].map(sign);
    for (const signature of request?.headers.get("webhook-signature")?.split(" ") ?? [])
      expect(known).toContain(signature);
  });
});
