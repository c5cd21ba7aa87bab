/** Reads an organization's directory from D1: its own records, the price book and the exchange rates, at one instant. */
import { and, asc, eq, getTableColumns, max } from "drizzle-orm";
import type { KeyRecord, Directory } from "../contract/directory.ts";
import { capabilitiesSchema, modelPatternsSchema, tagsSchema } from "../contract/key.ts";
import { readPaymentSettings } from "../contract/payment-api.ts";
import { readRateLimits } from "../contract/rate-limits.ts";
import { applySettingsPatch, walletSettingsPatchSchema } from "../contract/wallet-settings.ts";
import { CURRENCIES, type Currency } from "../core/money.ts";
import { prepaidConfig, prepaidSettings } from "../core/prepaid.ts";
import { DEFAULT_WALLET_SETTINGS, type WalletSettings } from "../core/wallet.ts";
import {
  agents,
  exchangeRates,
  gatewayConfigs,
  gateways,
  keys,
  members,
  modelPrices,
  organizations,
  platformVersions,
  policies,
  seats,
  serviceUsers,
  teamMembers,
  teams,
  usageConstraints,
} from "./d1/control-schema.ts";
import { openControlDatabase } from "./d1/database.ts";
import { accessPolicyOfRow, budgetOfRow } from "./d1/policy-row.ts";
import { selectNanos } from "./d1/nanos-column.ts";
import { priceOfRow } from "./d1/price-row.ts";
import { autoTopUps, paymentsConfig, paymentSettings } from "./d1/payment-schema.ts";
import { AUTO_TOP_UP_COLUMNS, autoTopUpOfRow } from "./payments/auto-top-up-rows.ts";
import { configsInForce, gatewayRecordOf } from "./gateway-record.ts";
import { parsePaymentsConfig } from "./payments/config.ts";

/** Versions that tell whether a copy is stale. `platformVersion` is 0 while there are no prices. */
export interface DirectoryVersions {
  readonly version: number;
  readonly platformVersion: number;
}

/** One small batch: the versions of what `loadDirectory` would give. Null: there is no such organization. Throws when D1 does. */
export async function readVersions(controlDb: D1Database, organizationId: string): Promise<DirectoryVersions | null> {
  const db = openControlDatabase(controlDb);
  const [organizationRows, platformRows] = await db.batch([
    db
      .select({ version: organizations.directoryVersion })
      .from(organizations)
      .where(eq(organizations.id, organizationId)),
    db.select({ version: max(platformVersions.version) }).from(platformVersions),
  ]);
  const version = organizationRows[0]?.version;
  return version === undefined ? null : { version, platformVersion: platformRows[0]?.version ?? 0 };
}

/** One batch, which is one transaction. Null: there is no such organization. Throws when D1 does, or when a row is unreadable. */
export async function loadDirectory(controlDb: D1Database, organizationId: string): Promise<Directory | null> {
  const db = openControlDatabase(controlDb);
  const [
    organizationRows,
    platformRows,
    keyRows,
    teamRows,
    teamMemberRows,
    memberRows,
    priceRows,
    rateRows,
    seatRows,
    agentRows,
    constraintRows,
    serviceUserRows,
    gatewayRows,
    configRows,
    policyRows,
    paymentSettingsRows,
    paymentsConfigRows,
    autoTopUpRows,
  ] = await db.batch([
    db
      .select({
        ...getTableColumns(organizations),
        seatMonthlyCreditNanos: selectNanos(organizations.seatMonthlyCreditNanos),
      })
      .from(organizations)
      .where(eq(organizations.id, organizationId)),
    db.select({ version: max(platformVersions.version) }).from(platformVersions),
    db.select().from(keys).where(eq(keys.organizationId, organizationId)).orderBy(asc(keys.id)),
    db.select().from(teams).where(eq(teams.organizationId, organizationId)).orderBy(asc(teams.id)),
    db
      .select()
      .from(teamMembers)
      .where(eq(teamMembers.organizationId, organizationId))
      .orderBy(asc(teamMembers.teamId), asc(teamMembers.memberId)),
    db.select().from(members).where(eq(members.organizationId, organizationId)).orderBy(asc(members.id)),
    db.select().from(modelPrices).orderBy(asc(modelPrices.provider), asc(modelPrices.model), asc(modelPrices.id)),
    db.select().from(exchangeRates),
    db
      .select({ memberId: seats.memberId })
      .from(seats)
      .where(eq(seats.organizationId, organizationId))
      .orderBy(asc(seats.createdAtMs), asc(seats.memberId)),
    db.select().from(agents).where(eq(agents.organizationId, organizationId)).orderBy(asc(agents.id)),
    db
      .select({
        id: usageConstraints.id,
        agentId: usageConstraints.agentId,
        type: usageConstraints.type,
        window: usageConstraints.window,
        limit: selectNanos(usageConstraints.limitAmount),
      })
      .from(usageConstraints)
      .where(eq(usageConstraints.organizationId, organizationId))
      .orderBy(asc(usageConstraints.id)),
    db
      .select({ id: serviceUsers.id, tagsJson: serviceUsers.tagsJson, rateLimitsJson: serviceUsers.rateLimitsJson })
      .from(serviceUsers)
      .where(eq(serviceUsers.organizationId, organizationId))
      .orderBy(asc(serviceUsers.id)),
    db
      .select({
        id: gateways.id,
        tagsJson: gateways.tagsJson,
        zdrMode: gateways.zdrMode,
        cacheJson: gateways.cacheJson,
      })
      .from(gateways)
      .where(eq(gateways.organizationId, organizationId))
      .orderBy(asc(gateways.id)),
    db
      .select({ gatewayId: gatewayConfigs.gatewayId, version: gatewayConfigs.version, yaml: gatewayConfigs.yaml })
      .from(gatewayConfigs)
      .where(and(eq(gatewayConfigs.organizationId, organizationId), configsInForce(db))),
    db.select().from(policies).where(eq(policies.organizationId, organizationId)).orderBy(asc(policies.id)),
    db.select().from(paymentSettings).where(eq(paymentSettings.organizationId, organizationId)),
    db.select().from(paymentsConfig),
    db.select(AUTO_TOP_UP_COLUMNS).from(autoTopUps).where(eq(autoTopUps.organizationId, organizationId)),
  ]);
  const organization = organizationRows[0];
  if (organization === undefined) return null;

  const configOfGateway = new Map(configRows.map((row) => [row.gatewayId, row]));
  const constraintsOfAgent = Map.groupBy(constraintRows, (row) => row.agentId);
  const memberIdsOfTeam = Map.groupBy(teamMemberRows, (row) => row.teamId);
  return {
    version: organization.directoryVersion,
    platformVersion: platformRows[0]?.version ?? 0,
    organization: { id: organization.id, name: organization.name, status: organization.status },
    settings: readSettings(organization),
    keys: keyRows.flatMap(keyRecordsOf),
    prices: priceRows.map(priceOfRow),
    exchangeRates: exchangeRatesOf(rateRows),
    teams: teamRows.map((team) => ({
      id: team.id,
      name: team.name,
      memberIds: (memberIdsOfTeam.get(team.id) ?? []).map((row) => row.memberId),
      tags: readTags(team.tagsJson),
      rateLimits: readRateLimits(team.rateLimitsJson),
    })),
    members: memberRows.map(({ id, name, rateLimitsJson }) => ({
      id,
      name,
      rateLimits: readRateLimits(rateLimitsJson),
    })),
    seats: {
      count: organization.seatCount,
      monthlyCreditNanos: organization.seatMonthlyCreditNanos,
      memberIds: seatRows.map((row) => row.memberId),
    },
    agents: agentRows.map((agent) => ({
      id: agent.id,
      name: agent.name,
      status: agent.status,
      tags: readTags(agent.tagsJson),
      constraints: (constraintsOfAgent.get(agent.id) ?? []).map(({ id, type, window, limit }) => ({
        id,
        type,
        window,
        limit,
      })),
    })),
    serviceUsers: serviceUserRows.map(({ id, tagsJson, rateLimitsJson }) => ({
      id,
      tags: readTags(tagsJson),
      rateLimits: readRateLimits(rateLimitsJson),
    })),
    gateways: gatewayRows.map((row) => {
      const record = gatewayRecordOf(row, configOfGateway.get(row.id) ?? null);
      if (organization.issuesCredit || record.config === null) return record;
      return { ...record, config: prepaidConfig(record.config) };
    }),
    accessPolicies: policyRows.filter(({ kind }) => kind === "access").map(accessPolicyOfRow),
    budgets: policyRows.filter(({ kind }) => kind === "budget").map(budgetOfRow),
    payments: paymentsOf(paymentsConfigRows[0]?.configJson, paymentSettingsRows[0]?.settingsJson, autoTopUpRows),
  };
}

function paymentsOf(
  configJson: string | undefined,
  settingsJson: string | undefined,
  autoTopUpRows: readonly (typeof autoTopUps.$inferSelect)[],
) {
  const { provider } = parsePaymentsConfig(configJson);
  const { targetScopes, maximumNanos } = readPaymentSettings(settingsJson ?? null);
  return {
    ...(provider === undefined ? {} : { provider }),
    targetScopes,
    autoTopUps: autoTopUpRows.map((row) => autoTopUpOfRow(row, maximumNanos)),
  };
}

function readTags(tagsJson: string): readonly string[] {
  return tagsSchema.parse(JSON.parse(tagsJson));
}

/** The settings that are in force for an organization; what is not stored has its default. Throws on what no setting can be. */
export function readSettings({
  settingsJson,
  issuesCredit,
}: Pick<typeof organizations.$inferSelect, "settingsJson" | "issuesCredit">): WalletSettings {
  const stored = walletSettingsPatchSchema.parse(JSON.parse(settingsJson));
  const settings = applySettingsPatch(DEFAULT_WALLET_SETTINGS, stored);
  return issuesCredit ? settings : prepaidSettings(settings);
}

/** One record, or two while the value from before a rotation is still good. */
function keyRecordsOf(row: typeof keys.$inferSelect): KeyRecord[] {
  const record: KeyRecord = {
    id: row.id,
    type: row.type,
    name: row.name,
    tokenSha256: row.tokenSha256,
    memberId: row.memberId,
    serviceUserId: row.serviceUserId,
    gatewayId: row.gatewayId,
    teamId: row.teamId,
    mayAssertIdentity: row.mayAssertIdentity,
    capabilities: capabilitiesSchema.parse(JSON.parse(row.capabilitiesJson)),
    models: modelPatternsSchema.parse(JSON.parse(row.modelsJson)),
    tags: readTags(row.tagsJson),
    rateLimits: readRateLimits(row.rateLimitsJson),
    expiresAtMs: row.expiresAtMs,
    revokedAtMs: row.revokedAtMs,
  };
  if (row.previousTokenSha256 === null || row.previousExpiresAtMs === null) return [record];
  const expiresAtMs = Math.min(row.previousExpiresAtMs, row.expiresAtMs ?? Number.MAX_SAFE_INTEGER);
  return [record, { ...record, tokenSha256: row.previousTokenSha256, expiresAtMs }];
}

function exchangeRatesOf(rows: readonly { currency: string; rate: string }[]): Partial<Record<Currency, string>> {
  const rates: Partial<Record<Currency, string>> = { USD: "1" };
  for (const currency of CURRENCIES) {
    const row = rows.find((candidate) => candidate.currency === currency);
    if (row !== undefined && currency !== "USD") rates[currency] = row.rate;
  }
  return rates;
}
