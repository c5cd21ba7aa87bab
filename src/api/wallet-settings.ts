/** Reading and saving wallet settings, for an organization's own billing people and for the platform admin. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import {
  applySettingsPatch,
  fromWalletSettings,
  type walletSettingsSchema,
  type WalletSettingsPatch,
} from "../contract/wallet-settings.ts";
import { fail, ok } from "../core/failure.ts";
import { organizations } from "../platform/d1/control-schema.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { saveChange, type Keep } from "./save-change.ts";

export async function findSettings(deps: ApiDeps, organizationId: string) {
  const organization = await findOrganization(deps, organizationId);
  return organization.ok ? ok(fromWalletSettings(readSettings(organization.value.settingsJson))) : organization;
}

/** Changes what `patch` names. The ledger is asked first: the currency cannot change while any wallet holds money. */
export async function saveSettings(
  deps: ApiDeps,
  organizationId: string,
  patch: WalletSettingsPatch,
  keep: Keep<z.input<typeof walletSettingsSchema>>,
) {
  const organization = await findOrganization(deps, organizationId);
  if (!organization.ok) return organization;
  const settings = applySettingsPatch(readSettings(organization.value.settingsJson), patch);
  const checked = await deps.organization(organizationId).checkSettings(settings);
  if (checked.outcome === "refused") return fail(checked.failure);
  const wire = fromWalletSettings(settings);
  await saveChange(deps, organizationId, [
    deps.db
      .update(organizations)
      .set({ settingsJson: JSON.stringify(wire) })
      .where(eq(organizations.id, organizationId)),
    ...(await keep(wire)),
  ]);
  return ok(wire);
}
