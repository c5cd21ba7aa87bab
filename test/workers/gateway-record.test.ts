/** Stored configurations in the directory, and on the real object. */
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { GatewayRecord } from "../../src/contract/directory.ts";
import { loadDirectory } from "../../src/platform/directory-loader.ts";
import { delivered } from "../support/worker-main.ts";
import { createOrganization, nextId } from "../support/worker-organization.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const yamlOf = (rest: string): string => `pack: {name: p, version: 1.0.0}\npolicies: {chain: []}\n${rest}`;

async function makeGateway(organizationId: string, columns: { zdr?: string; cache?: object } = {}): Promise<string> {
  const id = nextId("gw");
  await env.CONTROL_DB.prepare(
    "INSERT INTO gateways (id, organization_id, name, zdr_mode, cache_json, created_at_ms) VALUES (?1, ?2, ?1, ?3, ?4, 0)",
  )
    .bind(id, organizationId, columns.zdr ?? "off", columns.cache === undefined ? null : JSON.stringify(columns.cache))
    .run();
  return id;
}

/** Writes versions 1, 2, 3 … and lets the directory grow. */
async function store(organizationId: string, gatewayId: string, texts: readonly (string | null)[], from = 1) {
  await env.CONTROL_DB.batch([
    ...texts.map((yaml, index) =>
      env.CONTROL_DB.prepare(
        "INSERT INTO gateway_configs (gateway_id, organization_id, version, yaml, actor, created_at_ms) VALUES (?, ?, ?, ?, 'key_1', 0)",
      ).bind(gatewayId, organizationId, index + from, yaml),
    ),
    env.CONTROL_DB.prepare("UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?").bind(
      organizationId,
    ),
  ]);
}

async function gatewaysOf(organizationId: string): Promise<readonly GatewayRecord[]> {
  return (await loadDirectory(env.CONTROL_DB, organizationId))?.gateways ?? [];
}

test("the highest version is in force, of each gateway its own", async () => {
  const { id } = await createOrganization({});
  const [first, second, bare] = [await makeGateway(id), await makeGateway(id), await makeGateway(id)];
  const target = (name: string) => yamlOf(`providers: {targets: [{id: ${name}, provider: openai}]}\n`);
  await store(
    id,
    first,
    Array.from({ length: 11 }, (_, index) => target(`t${index + 1}`)),
  );
  await store(id, second, [target("other")]);
  const gateways = await gatewaysOf(id);
  expect(gateways.map(({ config, configVersion }) => [configVersion, config?.targets[0]?.id])).toEqual([
    [11, "t11"],
    [1, "other"],
    [undefined, undefined],
  ]);
  expect(gateways[2]).toEqual({ id: bare, tags: [], zdrMode: "off", cache: null, config: null });
});

test("the stricter mode and the configuration's cache count, until it is taken away or switched off", async () => {
  const { id } = await createOrganization({});
  const gateway = await makeGateway(id, { zdr: "passthrough", cache: { enabled: true, ttl_seconds: 5 } });
  const configured = yamlOf("unified_access: {zdr_mode: strict}\ncache: {enabled: true, ttl_seconds: 60}\n");
  await store(id, gateway, [configured]);
  expect(await gatewaysOf(id)).toMatchObject([{ zdrMode: "strict", cache: { enabled: true, ttlSeconds: 60 } }]);
  await store(id, gateway, [yamlOf("unified_access: {zdr_mode: off}\n")], 2);
  const own = { zdrMode: "passthrough", cache: { enabled: true, ttlSeconds: 5 } };
  expect(await gatewaysOf(id)).toMatchObject([{ ...own, config: {}, configVersion: 2 }]);
  await store(id, gateway, [configured.replace("1.0.0", "1.0.0, enabled: false")], 3);
  expect(await gatewaysOf(id)).toMatchObject([{ ...own, config: null, configVersion: 3 }]);
  await store(id, gateway, [configured, null], 4);
  expect(await gatewaysOf(id)).toMatchObject([{ ...own, config: null, configVersion: 5 }]);
});

test("a stored text that is not understood any more closes its gateway, says so, and leaves the others alone", async () => {
  const lines: unknown[] = [];
  vi.spyOn(console, "log").mockImplementation((line: unknown) => lines.push(line));
  const { id } = await createOrganization({});
  const [broken, sound] = [await makeGateway(id, { cache: { enabled: true, ttl_seconds: 5 } }), await makeGateway(id)];
  await store(id, broken, [yamlOf("nobody_knows: this\n")]);
  await store(id, sound, [yamlOf("")]);
  const [closed, open] = await gatewaysOf(id);
  expect(closed).toMatchObject({
    zdrMode: "strict",
    cache: { enabled: false },
    config: { targets: [], usesManagedTargets: false },
    configVersion: 1,
  });
  expect(open).toMatchObject({ config: { usesManagedTargets: true } });
  expect(lines.map(String).join("\n")).toContain(
    `"event":"gateway.config_unreadable","gateway_id":"${broken}","version":1,"problem":"E002 at line 3"`,
  );
});

test("the object tells of each version once", async () => {
  const { id, stub } = await createOrganization({});
  const gateway = await makeGateway(id);
  await stub.refreshDirectory();
  const told = () =>
    new Map(
      delivered
        .flatMap(({ notification }) => (notification?.organization_id === id ? [notification] : []))
        .map((notification) => [notification.id, notification.data]),
    );
  await store(id, gateway, [yamlOf("")]);
  await stub.refreshDirectory();
  await store(id, gateway, [], 2);
  await stub.refreshDirectory();
  await store(id, gateway, [yamlOf(""), null], 2);
  await stub.refreshDirectory();
  await expect.poll(() => told().size, { timeout: 10_000 }).toBe(2);
  expect([...told().values()]).toEqual([
    { gateway_id: gateway, version: 1, enabled: true },
    { gateway_id: gateway, version: 3, enabled: false },
  ]);
});

test("where no credit is issued, prices that were declared for what the deployment pays do not count", async () => {
  const { id } = await createOrganization({});
  const gateway = await makeGateway(id);
  const priced = "pricing: {input_price_per_million: 0, output_price_per_million: 0}, trust_upstream_cost: true";
  const own = `{id: own, provider: openai, secret_key_ref: {store: mine}, model: m, ${priced}}`;
  const foreign = `{id: foreign, provider: openai, models: [{model_id: m, pricing: {input_price_per_million: 0, output_price_per_million: 0}}], ${priced}}`;
  await store(id, gateway, [yamlOf(`providers: {targets: [${own}, ${foreign}]}\n`)]);
  const declared = async () =>
    (await gatewaysOf(id))[0]?.config?.targets.map(({ id: name, pricing, models, trustsUpstreamCost }) => [
      name,
      pricing !== null,
      models.some((model) => model.pricing !== null),
      trustsUpstreamCost,
    ]);
  const ofOwn = ["own", true, false, true];
  expect(await declared()).toEqual([ofOwn, ["foreign", true, true, true]]);
  await env.CONTROL_DB.prepare("UPDATE organizations SET issues_credit = 0 WHERE id = ?").bind(id).run();
  expect(await declared()).toEqual([ofOwn, ["foreign", false, false, false]]);
});
