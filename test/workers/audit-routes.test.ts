/** Every route that changes something leaves one record, by whom it was, when it did so, and none when it did not. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { MONEY_ROUTES, UNRECORDED_ROUTES } from "../../src/api/audit-table.ts";
import { auditRecordSchema } from "../../src/contract/audit.ts";
import { consume, countRecords, newestRecord, shippedWith } from "../support/worker-audit-log.ts";
import { ADMIN_TOKEN, call, errors, rowsOf, send, textOf } from "../support/worker-api.ts";
import {
  makeTenant,
  MUTATIONS,
  type MutationName,
  type MutationRequest,
  type Tenant,
} from "../support/worker-mutations.ts";

/** Makes what its path names, whoever calls. */
const MAKES_BY_NAME: MutationName = "PUT /v1/secrets/{name}";

const NAMES = Object.keys(ROUTE_ACCESS).filter((name): name is MutationName => name in MUTATIONS);
const RECORDED = NAMES.filter((name) => !MONEY_ROUTES.has(name) && !UNRECORDED_ROUTES.has(name));

let mine: Tenant;
let theirs: Tenant;
let keyId: string;
beforeAll(async () => {
  mine = await makeTenant();
  theirs = await makeTenant();
  keyId = textOf(rowsOf(await call("GET /v1/keys", { token: mine.token }))[0]?.["id"]);
});

const isPlatform = (name: MutationName): boolean => ROUTE_ACCESS[name] === "platform_admin";
const actorOf = (name: MutationName): string => (isPlatform(name) ? "platform_admin" : keyId);

async function perform(name: MutationName, request: MutationRequest, token = mine.token) {
  const response = await send(`${name.split(" ")[0] ?? ""} ${request.path}`, {
    token: isPlatform(name) ? ADMIN_TOKEN : token,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const body: Record<string, unknown> = await response.json();
  return { status: response.status, requestId: response.headers.get("x-request-id"), body };
}

test("every route that changes something is walked", () => {
  expect(NAMES).toEqual(
    Object.entries(ROUTE_ACCESS)
      .filter(([name, access]) => !name.startsWith("GET ") && access !== "signed_in")
      .map(([name]) => name),
  );
  expect(NAMES).toEqual(expect.arrayContaining([...MONEY_ROUTES, ...UNRECORDED_ROUTES]));
});

describe.each(RECORDED)("%s", (name) => {
  test("leaves one record with its actor and its request", async () => {
    const request = await MUTATIONS[name](mine);
    const before = await countRecords();
    const { status, requestId, body } = await perform(name, request);
    expect([200, 201], JSON.stringify(body)).toContain(status);
    expect(await countRecords()).toBe(before + 1);
    const made = name === "POST /v1/admin/organizations" ? textOf(body["id"]) : mine.id;
    const isOfPlatform = /model-pricing|exchange-rates|administrators|payments\/config/.test(name);
    const record = auditRecordSchema.parse(await newestRecord(isOfPlatform ? undefined : made));
    expect(record).toMatchObject({ actor: actorOf(name), request_id: requestId });
    expect(record.organization_id).toBe(isOfPlatform ? "platform" : made);
  });

  test("leaves none when it is refused", async () => {
    const request = await MUTATIONS[name](mine);
    const before = await countRecords();
    const unknown = await perform(name, { ...request, path: `${request.path}?nome=x` });
    const statuses = [unknown.status];
    if (request.body !== undefined) statuses.push((await perform(name, { ...request, body: { nome: "x" } })).status);
    if (/\{/.test(name) && name !== MAKES_BY_NAME) {
      const absent = { ...request, path: request.path.replaceAll(/\/[a-z]+_[0-9a-z]{26}/g, "/nobody") };
      statuses.push((await perform(name, absent)).status);
      if (!isPlatform(name)) statuses.push((await perform(name, request, theirs.token)).status);
    }
    expect(
      statuses.every((status) => status === 400 || status === 404),
      String(statuses),
    ).toBe(true);
    expect(await countRecords()).toBe(before);
  });

  test("leaves one however often it is repeated with its Idempotency-Key", async () => {
    const request = await MUTATIONS[name](mine);
    const before = await countRecords();
    const headers = { "idempotency-key": `audited ${name}` };
    const options = { token: isPlatform(name) ? ADMIN_TOKEN : mine.token, headers };
    const path = `${name.split(" ")[0] ?? ""} ${request.path}`;
    const body = request.body === undefined ? {} : { body: request.body };
    await Promise.all(Array.from({ length: 4 }, () => send(path, { ...options, ...body })));
    expect((await send(path, { ...options, ...body })).headers.get("idempotency-replayed")).toBe("true");
    expect(await countRecords()).toBe(before + 1);
  });
});

describe.each([...MONEY_ROUTES].filter((name): name is MutationName => name in MUTATIONS))("%s", (name) => {
  test("leaves one record when the ledger has brought it, and no more however often it does", async () => {
    const request = await MUTATIONS[name](mine);
    const { body } = await perform(name, request);
    const entryId = textOf(body["entry_id"]);
    const messages = await shippedWith(mine.id, entryId);
    await consume(messages.filter(({ entry }) => entry?.id !== entryId));
    const before = await countRecords();
    await consume(messages);
    await consume(messages);
    expect(await countRecords()).toBe(before + 1);
    expect(await newestRecord(mine.id)).toMatchObject({
      actor: actorOf(name),
      action: `wallet.${name.split("/").at(-1)}`,
      object_type: "wallet",
      source_id: entryId,
    });
  });

  test("leaves none when it is refused", async () => {
    const request = await MUTATIONS[name](mine);
    const { status } = await perform(name, { ...request, body: { ...request.body, amount: "0" } });
    expect(status).toBe(400);
    const entryId = textOf((await perform(name, request)).body["entry_id"]);
    const messages = await shippedWith(mine.id, entryId);
    await consume(messages.filter(({ entry }) => entry?.id !== entryId));
    const before = await countRecords();
    await consume(messages);
    expect(await countRecords()).toBe(before + 1);
  });
});

describe.each([...UNRECORDED_ROUTES].filter((name): name is MutationName => name in MUTATIONS))("%s", (name) => {
  test("leaves none", async () => {
    const request = await MUTATIONS[name](mine);
    const before = await countRecords();
    const { status } = await perform(name, request);
    expect([200, 201]).toContain(status);
    expect(await countRecords()).toBe(before);
  });
});

describe("in the end", () => {
  test("every chain is whole, and nothing failed unseen", async () => {
    for (const id of [mine.id, theirs.id]) {
      const verified = await call(`GET /v1/admin/audit-log/verify?organization_id=${id}`);
      expect(verified.body).toMatchObject({ valid: true, first_fault: null, next_after_sequence: null });
    }
    expect((await call("GET /v1/admin/audit-log/verify")).body).toMatchObject({ valid: true, anchors_checked: null });
    expect(errors).toEqual([]);
  });

  test("no record has a secret", async () => {
    const tokens = new Set<string>([mine.token, theirs.token, ADMIN_TOKEN]);
    const made = await call("POST /v1/keys", { token: mine.token, body: { name: "Secret", type: "gateway" } });
    tokens.add(textOf(made.body["key"]));
    const rotated = await call(`POST /v1/keys/${textOf(made.body["id"])}/rotate`, {
      token: mine.token,
      body: { overlap_seconds: 60 },
    });
    tokens.add(textOf(rotated.body["key"]));
    const organization = await call("POST /v1/admin/organizations", { body: { name: "Secrets", currency: "USD" } });
    tokens.add(textOf(organization.body["key"]));
    const url = "https://hooks.acme.example/secrets";
    const webhook = await call("POST /v1/webhooks", { token: mine.token, body: { name: "Secret", url } });
    tokens.add(textOf(webhook.body["secret"]));
    const turned = await call(`POST /v1/webhooks/${textOf(webhook.body["id"])}/rotate-secret`, { token: mine.token });
    tokens.add(textOf(turned.body["secret"]));

    const { results: hashes } = await env.CONTROL_DB.prepare(
      "SELECT token_sha256 AS a, previous_token_sha256 AS b FROM keys",
    ).all();
    for (const row of hashes) for (const hash of [row["a"], row["b"]]) if (typeof hash === "string") tokens.add(hash);
    const { results } = await env.CONTROL_DB.prepare("SELECT * FROM audit_log").all();
    const stored = results.map((row) => JSON.stringify(row)).join("\n");
    for (const secret of tokens) {
      expect(stored.includes(secret)).toBe(false);
      expect(stored.includes(secret.slice(secret.lastIndexOf("_") + 1))).toBe(false);
    }
    expect(stored).not.toMatch(/kt_[ag]k_|whsec_|sha256/);
  });
});
