/** `GET /v1/admin/doctor`. */
import { expect, test } from "vitest";
import { call, makeOrganization, textOf } from "../support/worker-api.ts";

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
      expect.objectContaining({ name: "control_db", status: "ok" }),
      expect.objectContaining({ name: "spend_db", status: "ok" }),
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
