/** `GET /v1/admin/doctor`. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApi } from "../../src/api/app.ts";
import { call, deps, makeOrganization, send, textOf } from "../support/worker-api.ts";

test("it names what is missing, and what configurations lack", async () => {
  const { token } = await makeOrganization();
  const id = textOf((await call("POST /v1/gateways", { token, body: { name: "Shop" } })).body["id"]);
  const yaml = `pack: {name: p, version: "1"}
policies: {chain: []}
providers:
  targets:
    - {id: a, provider: openai, models: [{model_id: nobody-knows}, {model_id: gpt-5-mini}]}
`;
  expect((await call(`PUT /v1/gateways/${id}/config`, { token, body: yaml })).status).toBe(200);
  const { status, body } = await call("GET /v1/admin/doctor");
  expect(status).toBe(200);
  expect(body["checks"]).toEqual(
    expect.arrayContaining([
      { name: "control_db", status: "ok", message: "answers, with every migration applied" },
      { name: "spend_db", status: "ok", message: "answers, with every migration applied" },
      { name: "bindings", status: "ok", message: "are all there" },
      expect.objectContaining({ name: "price_book" }),
      { name: "openai_api_key", status: "ok", message: "is set" },
      expect.objectContaining({ name: "anthropic_api_key", status: "warn" }),
      {
        name: `configuration of ${id}`,
        status: "warn",
        message: "nobody-knows has no price: refused unless allow_unpriced is set",
      },
    ]),
  );
  expect(JSON.stringify(body)).not.toContain("gpt-5-mini");
});

test("it names migrations that are not applied, and bindings that are not there", async () => {
  const { results } = await env.SPEND_DB.prepare("SELECT name FROM d1_migrations ORDER BY name DESC LIMIT 1").all<{
    name: string;
  }>();
  const newest = results[0]?.name ?? "";
  await env.SPEND_DB.prepare("DELETE FROM d1_migrations WHERE name = ?").bind(newest).run();
  const api = createApi({ ...deps, missingBindings: ["BODIES"] });
  const body: unknown = await (await send("GET /v1/admin/doctor", {}, api)).json();
  await env.SPEND_DB.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(newest).run();
  expect(body).toMatchObject({
    checks: expect.arrayContaining([
      {
        name: "spend_db",
        status: "fail",
        message: `lacks migrations: ${newest.replace(".sql", "")}`,
      },
      { name: "BODIES", status: "fail", message: "is not bound: see wrangler.toml" },
    ]),
  });
});
