/** A revoked key is refused by the next request that starts after the API's answer, whatever runs and wherever it runs. */
import { afterEach, expect, test } from "vitest";
import { call, textOf, type Reply } from "../support/worker-api.ts";
import { chat, makeTenant, reconfigure, restartIsolate, type Tenant } from "../support/worker-proxy.ts";

afterEach(restartIsolate);

async function statuses(gatewayKey: string, count: number): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => chat({ gatewayKey })));
  return answers.map(({ status }) => status);
}

/** What 50 requests get that are under way while the key changes, and 50 that start after the change was answered: in two isolates. */
async function underLoad(tenant: Tenant, change: () => Promise<Reply>) {
  expect(await statuses(tenant.gatewayKey, 2)).toEqual([200, 200]);
  const during = statuses(tenant.gatewayKey, 50);
  const answer = await change();
  expect(answer.status).toBe(200);
  const after = statuses(tenant.gatewayKey, 25);
  reconfigure({});
  const elsewhere = statuses(tenant.gatewayKey, 25);
  return { answer, during: await during, after: [...(await after), ...(await elsewhere)] };
}

const post = (tenant: Tenant, path: string, body?: unknown) =>
  call(`POST /v1/keys/${tenant.gatewayKeyId}/${path}`, {
    token: tenant.accessKey,
    ...(body === undefined ? {} : { body }),
  });

test.each([
  ["revoked", (tenant: Tenant) => post(tenant, "revoke")],
  ["rotated without an overlap", (tenant: Tenant) => post(tenant, "rotate")],
  ["deleted", (tenant: Tenant) => call(`DELETE /v1/keys/${tenant.gatewayKeyId}`, { token: tenant.accessKey })],
])("a key that is %s while 50 requests run is refused from the answer on", async (_name, change) => {
  const tenant = await makeTenant({}, { credit: "1000" });
  const { during, after } = await underLoad(tenant, () => change(tenant));
  expect(during.every((status) => status === 200 || status === 401)).toBe(true);
  expect(new Set(after)).toEqual(new Set([401]));
});

test("a key that is rotated with an overlap is good beside the new one, until it is revoked", async () => {
  const tenant = await makeTenant({}, { credit: "1000" });
  const { answer, during, after } = await underLoad(tenant, () => post(tenant, "rotate", { overlap_seconds: 3_600 }));
  expect(new Set([...during, ...after])).toEqual(new Set([200]));
  const fresh = textOf(answer.body["key"]);
  expect(await statuses(fresh, 1)).toEqual([200]);
  await post(tenant, "revoke");
  expect([...(await statuses(tenant.gatewayKey, 1)), ...(await statuses(fresh, 1))]).toEqual([401, 401]);
});
