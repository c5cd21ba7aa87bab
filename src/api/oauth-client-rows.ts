/** Applications between rows and wire, and how they are found. */
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { scopesSchema, type OAuthClientWire } from "../contract/oauth-client.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { oauthClients } from "../platform/d1/control-schema.ts";
import { sha256Hex } from "../platform/identifiers.ts";
import type { ApiDeps } from "./deps.ts";

export type OAuthClientRow = typeof oauthClients.$inferSelect;

export function oauthClientToWire(row: OAuthClientRow): OAuthClientWire {
  return {
    id: row.id,
    client_id: row.id,
    name: row.name,
    type: row.type,
    redirect_uris: redirectUrisOf(row),
    scopes: scopesOf(row),
    created_at: formatTime(row.createdAtMs),
  };
}

/** As they were registered, also by a rule that was another one then. */
export function redirectUrisOf(row: OAuthClientRow): string[] {
  return z.array(z.string()).parse(JSON.parse(row.redirectUrisJson));
}

export function scopesOf(row: OAuthClientRow) {
  return scopesSchema.parse(JSON.parse(row.scopesJson));
}

/** A fresh secret; only its hash is ever stored. */
export async function issueClientSecret(deps: ApiDeps) {
  const secret = `kt_cs_${deps.newSecret()}`;
  return { secret, secretSha256: await sha256Hex(secret) };
}

export async function findOwnClient(
  deps: ApiDeps,
  organizationId: string,
  id: string,
): Promise<Result<OAuthClientRow>> {
  const rows = await deps.db
    .select()
    .from(oauthClients)
    .where(and(eq(oauthClients.id, id), eq(oauthClients.organizationId, organizationId)));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "OAuth client" }) : ok(rows[0]);
}

/** Of whatever organization; null: there is none. */
export async function findClient(deps: ApiDeps, clientId: string): Promise<OAuthClientRow | null> {
  const rows = await deps.db.select().from(oauthClients).where(eq(oauthClients.id, clientId));
  return rows[0] ?? null;
}
