/** What access policies and budgets have in common. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { call, makeOrganization } from "../support/worker-api.ts";

const KINDS = [
  ["access", "access-policies", { effect: "deny", resources: { models: ["gpt-4*"] } }],
  ["budget", "budgets", { scope: { type: "organization" }, windows: { monthly: "1000" } }],
] as const;

/** Stores policies of a kind until an organization has so many. */
async function fillUp(organizationId: string, kind: string, body: object, count: number): Promise<void> {
  const stored = await countOf(organizationId, kind);
  await env.CONTROL_DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms)
     SELECT ?2 || '_' || ?3 || '_' || i, ?2, ?3, 'n' || i, json_set(?4, '$.name', 'n' || i), 0 FROM n`,
  )
    .bind(count - stored, organizationId, kind, JSON.stringify(body))
    .run();
}

async function countOf(organizationId: string, kind: string): Promise<number> {
  const row = await env.CONTROL_DB.prepare(
    "SELECT count(*) AS count FROM policies WHERE organization_id = ? AND kind = ?",
  )
    .bind(organizationId, kind)
    .first<{ count: number }>();
  return row?.count ?? 0;
}

test.each(KINDS)(
  "an organization has at most 1,000 %s policies, also of those made at once",
  async (kind, path, body) => {
    const { id, token } = await makeOrganization();
    await fillUp(id, kind, body, 999);
    const make = (name: string) => call(`POST /v1/unified-access/${path}`, { token, body: { name, ...body } });
    const atOnce = await Promise.all(["a", "b", "c"].map(make));
    expect(atOnce.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const reply of [...atOnce.filter(({ status }) => status !== 201), await make("d")]) {
      expect([reply.status, reply.body["error"]?.["code"]]).toEqual([409, "too_many_policies"]);
    }
    expect(await countOf(id, kind)).toBe(1_000);
  },
);

test("a name that is taken is told of as such, and the other kind has a count of its own", async () => {
  const { id, token } = await makeOrganization();
  await fillUp(id, "access", KINDS[0][2], 1_000);
  const body = { name: "All", ...KINDS[1][2] };
  expect((await call("POST /v1/unified-access/budgets", { token, body })).status).toBe(201);
  const again = await call("POST /v1/unified-access/budgets", { token, body });
  expect([again.status, again.body["error"]?.["code"]]).toEqual([409, "name_taken"]);
});
