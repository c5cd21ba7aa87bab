/** Organizations between D1 and the wire. */
import { eq, getTableColumns } from "drizzle-orm";
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import type { memberOrganizationSchema, organizationSchema } from "../contract/organization.ts";
import { fromWalletSettings } from "../contract/wallet-settings.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { formatNanos } from "../core/money.ts";
import { organizations } from "../platform/d1/control-schema.ts";
import { selectNanos } from "../platform/d1/nanos-column.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { ApiDeps } from "./deps.ts";

export type OrganizationRow = typeof organizations.$inferSelect;

/** Every column, amounts exactly: what each query of organizations selects. */
export const ORGANIZATION_COLUMNS = {
  ...getTableColumns(organizations),
  seatMonthlyCreditNanos: selectNanos(organizations.seatMonthlyCreditNanos),
};

export async function findOrganization(deps: ApiDeps, id: string): Promise<Result<OrganizationRow>> {
  const rows = await deps.db.select(ORGANIZATION_COLUMNS).from(organizations).where(eq(organizations.id, id));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "organization" }) : ok(rows[0]);
}

export function memberOrganizationToWire(row: OrganizationRow): z.input<typeof memberOrganizationSchema> {
  const { id, name, status } = row;
  const { currency, timeZone } = readSettings(row);
  return { id, name, status, currency, time_zone: timeZone };
}

export function organizationToWire(row: OrganizationRow): z.input<typeof organizationSchema> {
  const settings = readSettings(row);
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    currency: settings.currency,
    owner_email: row.ownerEmail,
    issues_credit: row.issuesCredit,
    seat_count: row.seatCount,
    seat_monthly_credit: formatNanos(row.seatMonthlyCreditNanos),
    settings: fromWalletSettings(settings),
    created_at: formatTime(row.createdAtMs),
  };
}
