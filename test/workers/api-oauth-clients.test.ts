import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/platform/identifiers.ts";
import { call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";

const PATH = "/v1/unified-access/oauth-clients";
const CLIENT = { name: "Editor", type: "public", redirect_uris: ["https://editor.example/callback"] };

let token = "";
beforeEach(async () => {
  ({ token } = await makeOrganization());
});

const make = (body: Readonly<Record<string, unknown>> = {}) =>
  call(`POST ${PATH}`, { token, body: { ...CLIENT, ...body } });

describe("OAuth clients", () => {
  it("are registered, listed, changed and deleted; a public one has no secret", async () => {
    const made = await make({ scopes: ["inference"] });
    const id = textOf(made.body["client_id"]);
    expect([made.status, made.body]).toEqual([
      201,
      { ...CLIENT, id, client_id: id, scopes: ["inference"], created_at: expect.any(String) },
    ]);
    expect((await call(`GET ${PATH}/${id}`, { token })).body).toEqual(made.body);
    const patched = await call(`PATCH ${PATH}/${id}`, { token, body: { redirect_uris: ["http://127.0.0.1/cb"] } });
    expect(patched.body).toEqual({ ...made.body, redirect_uris: ["http://127.0.0.1/cb"] });
    expect(rowsOf(await call(`GET ${PATH}`, { token }))).toEqual([patched.body]);
    expect((await call(`POST ${PATH}/${id}/rotate-secret`, { token })).body["error"]?.["code"]).toBe(
      "client_is_public",
    );
    expect((await call(`DELETE ${PATH}/${id}`, { token })).body).toEqual({ id, deleted: true });
    expect((await call(`GET ${PATH}/${id}`, { token })).status).toBe(404);
  });

  it("that are confidential show their secret once, and only its hash is stored", async () => {
    const made = await make({ type: "confidential" });
    const [id, secret] = [textOf(made.body["client_id"]), textOf(made.body["client_secret"])];
    expect(secret).toMatch(/^kt_cs_[0-9A-Za-z]{43}$/);
    const stored = () => env.CONTROL_DB.prepare("SELECT * FROM oauth_clients WHERE id = ?").bind(id).first();
    expect(JSON.stringify(await stored())).not.toContain(secret.slice(6));
    expect(await stored()).toMatchObject({ secret_sha256: await sha256Hex(secret) });
    expect((await call(`GET ${PATH}/${id}`, { token })).body).not.toHaveProperty("client_secret");
    const rotated = await call(`POST ${PATH}/${id}/rotate-secret`, { token });
    expect(await stored()).toMatchObject({ secret_sha256: await sha256Hex(textOf(rotated.body["client_secret"])) });
  });

  it.each([
    [{ redirect_uris: [] }, "redirect_uris"],
    [{ redirect_uris: ["javascript:alert(1)"] }, "redirect_uris.0"],
    [{ redirect_uris: ["http://editor.example/"] }, "redirect_uris.0"],
    [{ scopes: ["everything"] }, "scopes.0"],
    [{ scopes: [] }, "scopes"],
    [{ type: "secret" }, "type"],
    [{ name: " " }, "name"],
    [{ client_secret: "mine" }, "client_secret"],
  ])("refuse %o", async (body, param) => {
    const made = await make(body);
    expect([made.status, made.body["error"]?.["param"]]).toEqual([400, param]);
  });

  it("need org:admin to change and org:read to see, and another organization finds none", async () => {
    const id = textOf((await make({ type: "confidential" })).body["id"]);
    const key = await call("POST /v1/keys", { token, body: { name: "r", type: "access", capabilities: ["org:read"] } });
    const names = [
      `GET ${PATH}/${id}`,
      `PATCH ${PATH}/${id}`,
      `POST ${PATH}/${id}/rotate-secret`,
      `DELETE ${PATH}/${id}`,
    ];
    const statuses = async (as: string) => {
      const found: number[] = [];
      for (const name of names) {
        const body = name.startsWith("PATCH") ? { name: "Taken" } : undefined;
        found.push((await call(name, { token: as, body })).status);
      }
      return found;
    };
    expect(await statuses(textOf(key.body["key"]))).toEqual([200, 403, 403, 403]);
    expect(await statuses((await makeOrganization()).token)).toEqual([404, 404, 404, 404]);
    expect(await statuses(token)).toEqual([200, 200, 200, 200]);
  });
});
