/** Secrets of organizations as rows of D1, and what is in them. */
import { and, eq, type SQL } from "drizzle-orm";
import type { SecretSealer } from "../secret-sealer.ts";
import { secrets } from "./control-schema.ts";
import type { ControlDatabase } from "./database.ts";

export function isSecret(organizationId: string, name: string): SQL | undefined {
  return and(eq(secrets.organizationId, organizationId), eq(secrets.name, name));
}

/** The value; null: it is not stored, or does not open with the key of this deployment. Throws what D1 throws. */
export async function readStoredSecret(
  db: ControlDatabase,
  sealer: SecretSealer,
  organizationId: string,
  name: string,
): Promise<string | null> {
  const rows = await db.select({ sealed: secrets.sealed }).from(secrets).where(isSecret(organizationId, name));
  return rows[0] === undefined ? null : sealer.open(organizationId, name, rows[0].sealed);
}
