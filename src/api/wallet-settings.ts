/** Reading and saving wallet settings, for an organization's own billing people and for the platform admin. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import {
  applySettingsPatch,
  fromWalletSettings,
  type walletSettingsSchema,
  type WalletSettingsPatch,
} from "../contract/wallet-settings.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { findUnpaidSetting } from "../core/prepaid.ts";
import type { WalletSettings } from "../core/wallet.ts";
import { organizations } from "../platform/d1/control-schema.ts";
import { readSettings } from "../platform/directory-loader.ts";
import { decideOnTrail, type AuditTrail } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization, type OrganizationRow } from "./organization-rows.ts";
import { saveChange, type Keep } from "./save-change.ts";

const WIRE_NAMES = {
  allowUnpriced: "allow_unpriced",
  walletFailMode: "wallet_fail_mode",
  enforceDefaultMaxOutput: "enforce_default_max_output",
} as const;

export async function findSettings(deps: ApiDeps, organizationId: string) {
  const organization = await findOrganization(deps, organizationId);
  return organization.ok ? ok(fromWalletSettings(readSettings(organization.value))) : organization;
}

/** Changes what `patch` names. The ledger is asked first: the currency cannot change while any wallet holds money. */
export async function saveSettings(
  deps: ApiDeps,
  organizationId: string,
  patch: WalletSettingsPatch,
  keep: Keep<z.input<typeof walletSettingsSchema>>,
  trail: AuditTrail,
) {
  await trail.open(organizationId);
  const organization = await findOrganization(deps, organizationId);
  if (!organization.ok) return organization;
  const settings = applySettingsPatch(readSettings(organization.value), patch);
  const unpaid = organization.value.issuesCredit ? null : findUnpaidSetting(settings);
  if (unpaid !== null) return fail(notIssued(WIRE_NAMES[unpaid]));
  const checked = await deps.organization(organizationId).checkSettings(settings);
  if (checked.outcome === "refused") return fail(checked.failure);
  const stored = organization.value;
  const wire = fromWalletSettings(settings);
  const update = updateSettings(deps, JSON.stringify(wire)).where(eq(organizations.id, organizationId));
  const before = fromWalletSettings(readSettings(stored));
  const event = trail.record("wallet_settings.update", organizationId, before, wire);
  if (settings.currency === before.currency) {
    await saveChange(deps, organizationId, event, [update, ...(await keep(wire))]);
    return ok(wire);
  }
  // Whether it lasts is known only afterwards, so that the answer cannot be kept with it: done again it changes nothing.
  await saveChange(deps, organizationId, event, [update]);
  const lasting = await checkCurrency(deps, organizationId, settings, stored, trail);
  return lasting.ok ? ok(wire) : lasting;
}

/** When money has come in since the first check, the ledger has kept its currency: the stored settings are put back. */
async function checkCurrency(
  deps: ApiDeps,
  organizationId: string,
  settings: WalletSettings,
  stored: OrganizationRow,
  trail: AuditTrail,
): Promise<Result<null>> {
  const checked = await deps.organization(organizationId).checkSettings(settings);
  if (checked.outcome === "found" || checked.failure.kind !== "conflict") return ok(null);
  return decideOnTrail(trail, async (current) => {
    await current.open(organizationId);
    const organization = await findOrganization(deps, organizationId);
    if (!organization.ok) return organization;
    const saved = fromWalletSettings(settings);
    // Somebody else has set them meanwhile.
    if (organization.value.settingsJson !== JSON.stringify(saved)) return fail(checked.failure);
    const restored = fromWalletSettings(readSettings(stored));
    const event = current.record("wallet_settings.restore", organizationId, saved, restored);
    const restore = updateSettings(deps, stored.settingsJson).where(eq(organizations.id, organizationId));
    await saveChange(deps, organizationId, event, [restore]);
    return fail(checked.failure);
  });
}

function notIssued(setting: string): Failure {
  return { kind: "credit_not_issued", setting };
}

function updateSettings(deps: ApiDeps, settingsJson: string) {
  return deps.db.update(organizations).set({ settingsJson });
}
