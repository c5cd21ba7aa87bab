/** Gateways with a configuration, for tests that talk to the real object. */
import { env } from "cloudflare:workers";
import { changeRecords, nextId, tokenHash, type TestOrganization } from "./worker-organization.ts";

/** A new gateway whose keys these tokens are. */
export async function addGateway(organization: TestOrganization, tokens: readonly string[]): Promise<string> {
  const id = nextId("gw");
  await env.CONTROL_DB.batch([
    env.CONTROL_DB.prepare(
      "INSERT INTO gateways (id, organization_id, name, created_at_ms) VALUES (?1, ?2, ?1, 0)",
    ).bind(id, organization.id),
    ...tokens.map((token) =>
      env.CONTROL_DB.prepare("UPDATE keys SET gateway_id = ? WHERE token_sha256 = ?").bind(
        id,
        tokenHash(organization.id, token),
      ),
    ),
  ]);
  return id;
}

/** The next version of the gateway's configuration, in force at once: these lines behind a pack and an empty chain. */
export async function configure(organization: TestOrganization, gatewayId: string, lines: string): Promise<void> {
  await changeRecords(
    organization,
    `INSERT INTO gateway_configs (gateway_id, organization_id, version, yaml, actor, created_at_ms)
     SELECT ?1, ?2, 1 + count(*), ?3, 'key_1', 0 FROM gateway_configs WHERE gateway_id = ?1`,
    gatewayId,
    organization.id,
    `pack: {name: p, version: 1.0.0}\npolicies: {chain: []}\n${lines}`,
  );
}
