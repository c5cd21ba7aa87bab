/** Who has the platform role. */
import { eq } from "drizzle-orm";
import { platformAdministrators } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";

/** Throws what D1 throws. */
export async function hasPlatformRole(db: ControlDatabase, userId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: platformAdministrators.userId })
    .from(platformAdministrators)
    .where(eq(platformAdministrators.userId, userId));
  return rows.length > 0;
}
