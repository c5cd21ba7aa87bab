import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { MAX_SECRETS } from "../../src/contract/secret.ts";
import { secrets } from "../../src/platform/d1/control-schema.ts";
import { createSecretSealer } from "../../src/platform/secret-sealer.ts";
import {
  advanceClock,
  call,
  deps,
  makeOrganization,
  rowsOf,
  SECRETS_KEY,
  send,
  textOf,
} from "../support/worker-api.ts";

const VALUE = "sk-first-0123456789abcdef";
const sealer = createSecretSealer(SECRETS_KEY);

let organizationId = "";
let token = "";
beforeEach(async () => {
  ({ id: organizationId, token } = await makeOrganization());
});

const put = (name: string, value: unknown, of = token) =>
  call(`PUT /v1/secrets/${name}`, { token: of, body: { value } });

const storedRows = () => deps.db.select().from(secrets).where(eq(secrets.organizationId, organizationId));

describe("secrets", () => {
  it("are not deleted while a configuration in force names them", async () => {
    await put("own-key", VALUE);
    const gateway = textOf((await call("POST /v1/gateways", { token, body: { name: "Shop" } })).body["id"]);
    const config = {
      pack: { name: "p", version: "1" },
      providers: { targets: [{ id: "t", provider: "openai", secret_key_ref: { store: "own-key" } }] },
      policies: { chain: [] },
    };
    const pushed = await call(`PUT /v1/gateways/${gateway}/config`, {
      token,
      body: JSON.stringify(config),
      headers: { "content-type": "application/yaml" },
    });
    expect(pushed.status).toBe(200);
    const refused = await call("DELETE /v1/secrets/own-key", { token });
    expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "secret_in_use"]);
    expect(await storedRows()).toHaveLength(1);
    await call(`DELETE /v1/gateways/${gateway}/config`, { token });
    expect((await call("DELETE /v1/secrets/own-key", { token })).status).toBe(200);
    expect(await storedRows()).toEqual([]);
  });

  it("are stored, listed by name, replaced and deleted, and never shown", async () => {
    const made = await put("azure-eu", VALUE);
    expect([made.status, made.body]).toEqual([
      200,
      { name: "azure-eu", last_four: "cdef", created_at: expect.any(String), updated_at: made.body["created_at"] },
    ]);
    advanceClock(1_000);
    await put("Azure.us_2", "short");
    const replaced = await put("azure-eu", "sk-second-0123456789uvwxyz");
    expect(replaced.body).toEqual({ ...made.body, last_four: "wxyz", updated_at: expect.any(String) });
    expect(replaced.body["updated_at"]).not.toBe(made.body["updated_at"]);
    const list = await call("GET /v1/secrets", { token });
    expect(rowsOf(list).map(({ name, last_four }) => [name, last_four])).toEqual([
      ["Azure.us_2", null],
      ["azure-eu", "wxyz"],
    ]);
    expect((await call("DELETE /v1/secrets/azure-eu", { token })).body).toEqual({ id: "azure-eu", deleted: true });
    expect(rowsOf(await call("GET /v1/secrets", { token }))).toHaveLength(1);
    expect((await call("DELETE /v1/secrets/azure-eu", { token })).status).toBe(404);
    expect((await call("GET /v1/secrets/Azure.us_2", { token })).status).toBe(405);
  });

  it("come in pages", async () => {
    for (const name of ["a", "b", "c"]) await put(name, VALUE);
    const first = await call("GET /v1/secrets?limit=2", { token });
    expect(rowsOf(first).map(({ name }) => name)).toEqual(["a", "b"]);
    const second = await call(`GET /v1/secrets?limit=2&cursor=${textOf(first.body["next_cursor"])}`, { token });
    expect([rowsOf(second).map(({ name }) => name), second.body["has_more"]]).toEqual([["c"], false]);
  });

  it("lie in the database sealed, and open for their own organization and name alone", async () => {
    await put("one", VALUE);
    await put("two", VALUE);
    const [one, two] = await storedRows();
    if (one === undefined || two === undefined) throw new Error("not stored");
    expect(one.sealed.toString("latin1")).not.toContain(VALUE.slice(0, 8));
    expect(one.sealed.equals(two.sealed)).toBe(false);
    expect(await sealer.open(organizationId, "one", one.sealed)).toBe(VALUE);
    expect(await sealer.open(organizationId, "two", one.sealed)).toBeNull();
    expect(await sealer.open("org_other", "one", one.sealed)).toBeNull();
    expect(await createSecretSealer(`${SECRETS_KEY}x`).open(organizationId, "one", one.sealed)).toBeNull();
    const changed = Buffer.from(one.sealed);
    changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
    expect(await sealer.open(organizationId, "one", changed)).toBeNull();
  });

  it("of another organization are not found, listed or changed", async () => {
    const theirs = await makeOrganization();
    await put("shared-name", VALUE);
    expect((await call("DELETE /v1/secrets/shared-name", { token: theirs.token })).status).toBe(404);
    expect(rowsOf(await call("GET /v1/secrets", { token: theirs.token }))).toEqual([]);
    expect((await put("shared-name", "sk-theirs-0123456789", theirs.token)).status).toBe(200);
    const [mine] = await storedRows();
    expect(await sealer.open(organizationId, "shared-name", mine?.sealed ?? Buffer.of())).toBe(VALUE);
  });

  it.each([
    ["ok", ""],
    ["ok", "with space"],
    ["ok", "line\nend"],
    ["ok", "ünicode"],
    ["ok", "x".repeat(8_193)],
    ["ok", 7],
    ["a%20b", VALUE],
    ["-x", VALUE],
    [".x", VALUE],
    ["x".repeat(129), VALUE],
  ])("refuse what is no name or no value of a header: %s (%#)", async (name, value) => {
    const refused = await put(name, value);
    expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, name === "ok" ? "value" : "name"]);
    if (typeof value === "string" && value !== "") expect(JSON.stringify(refused.body)).not.toContain(value);
    expect(await storedRows()).toEqual([]);
  });

  it(`are at most ${MAX_SECRETS}, of at most 8 KiB; a full organization can still replace one`, async () => {
    const sealed = Buffer.from("sealed");
    const filler = { organizationId, sealed, lastFour: null, createdAtMs: 0, updatedAtMs: 0 };
    for (let made = 0; made < MAX_SECRETS; made += 10) {
      const names = Array.from({ length: 10 }, (_, index) => `s${made + index}`);
      await deps.db.insert(secrets).values(names.map((name) => ({ ...filler, name })));
    }
    const refused = await put("one-more", VALUE);
    expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "too_many_secrets"]);
    expect((await put("s1", "x".repeat(8_192))).status).toBe(200);
  });

  it("leave records without anything of their values", async () => {
    await put("audited", VALUE);
    await put("audited", "sk-second-0123456789uvwxyz");
    await call("DELETE /v1/secrets/audited", { token });
    const log = await call("GET /v1/audit-log?object_type=secret", { token });
    expect(rowsOf(log).map(({ action, object_id: id }) => `${textOf(action)} ${textOf(id)}`)).toEqual([
      "secret.delete audited",
      "secret.update audited",
      "secret.create audited",
    ]);
    expect(JSON.stringify(log.body)).not.toMatch(/sk-|last_four|0123456789|wxyz/);
  });

  it("cannot be stored where the deployment has no key, and can still be listed and deleted", async () => {
    await put("old", VALUE);
    const api = createApi({ ...deps, secrets: null });
    const refused = await send("PUT /v1/secrets/new", { token, body: { value: VALUE } }, api);
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { error: { code: "secrets_not_configured", message: expect.stringContaining("SECRETS_ENCRYPTION_KEY") } },
    ]);
    expect((await send("GET /v1/secrets", { token }, api)).status).toBe(200);
    expect((await send("DELETE /v1/secrets/old", { token }, api)).status).toBe(200);
  });
});
