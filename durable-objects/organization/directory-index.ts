/** A directory with the indexes that commands need, built once per version. */
import type {
  AgentRecord,
  AutoTopUpRecord,
  Directory,
  GatewayRecord,
  KeyRecord,
} from "../../src/contract/directory.ts";
import type { AccessDecision } from "../../src/core/access-policy.ts";
import type { Payer, WalletOwner } from "../../src/core/attribution.ts";
import type { BudgetPolicy } from "../../src/core/budget.ts";
import { buildPriceBook } from "../../src/core/price-book.ts";
import type { PriceBook } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import { limitsRate } from "../../src/core/rate-limit.ts";
import type { RateLimits } from "../../src/core/rate-limit.ts";

export interface DirectoryIndex {
  readonly directory: Directory;
  readonly keysByTokenSha256: ReadonlyMap<string, KeyRecord>;
  readonly agentsById: ReadonlyMap<string, AgentRecord>;
  readonly priceBook: PriceBook;
  /** Members with a seat. */
  readonly seatedMemberIds: ReadonlySet<string>;
  /** By scope and owner: `team:team_…`. */
  readonly ownerNames: ReadonlyMap<string, string>;
  /** Of keys, teams, service users, gateways and agents. */
  readonly tagsById: ReadonlyMap<string, readonly string[]>;
  readonly gatewaysById: ReadonlyMap<string, GatewayRecord>;
  /** Of keys, members, service users and teams that have limits of their own. */
  readonly rateLimitsById: ReadonlyMap<string, RateLimits>;
  readonly hasRateLimits: boolean;
  readonly hasRatedPolicies: boolean;
  /** Some gateway's configuration limits what goes through it. */
  readonly hasGatewayTiers: boolean;
  /** What the access policies decided, by what was asked: a memo of this version. */
  readonly decisions: Map<string, AccessDecision>;
  /** Names of models that the gateways' configurations give. */
  readonly configuredModels: ReadonlySet<string>;
  /** By gateway, target and model: a memo of this version, so that the same price is the same object. */
  readonly declaredPrices: Map<string, Price>;
  readonly budgetsById: ReadonlyMap<string, BudgetPolicy>;
  /** Wallets that refill themselves, by scope and owner. */
  readonly autoTopUps: ReadonlyMap<string, AutoTopUpRecord>;
  /** The budgets that speak about a use, by the use: a memo of this version. */
  readonly matchingBudgets: Map<string, readonly BudgetPolicy[]>;
}

export function indexDirectory(directory: Directory): DirectoryIndex {
  return {
    directory,
    ...indexRates(directory),
    keysByTokenSha256: new Map(directory.keys.map((key) => [key.tokenSha256, key])),
    agentsById: new Map(directory.agents.map((agent) => [agent.id, agent])),
    priceBook: buildPriceBook(directory.prices),
    tagsById: new Map(
      [directory.keys, directory.teams, directory.serviceUsers, directory.gateways, directory.agents]
        .flat()
        .map(({ id, tags }) => [id, tags]),
    ),
    gatewaysById: new Map(directory.gateways.map((gateway) => [gateway.id, gateway])),
    configuredModels: new Set(
      directory.gateways
        .flatMap(({ config }) => config?.targets ?? [])
        .flatMap(({ models }) => models.flatMap(({ modelId, aliases }) => [modelId, ...aliases])),
    ),
    declaredPrices: new Map(),
    decisions: new Map(),
    budgetsById: new Map(directory.budgets.map((budget) => [budget.id, budget])),
    autoTopUps: new Map(
      (directory.payments?.autoTopUps ?? [])
        .filter(({ enabled }) => enabled)
        .map((record) => [`${record.scope}:${record.ownerId}`, record]),
    ),
    matchingBudgets: new Map(),
    seatedMemberIds: new Set(directory.seats.memberIds),
    ownerNames: new Map([
      [`organization:${directory.organization.id}`, directory.organization.name],
      ...directory.teams.map((team) => [`team:${team.id}`, team.name] as const),
      ...directory.members.map((member) => [`user:${member.id}`, member.name] as const),
    ]),
  };
}

function indexRates({ keys, members, serviceUsers, teams, gateways, settings, accessPolicies }: Directory) {
  const rateLimitsById = new Map(
    [keys, members, serviceUsers, teams]
      .flat()
      .flatMap(({ id, rateLimits }) => (rateLimits === null ? [] : [[id, rateLimits] as const])),
  );
  const hasRatedPolicies = accessPolicies.some(({ limits }) => limits.rpm !== null || limits.tpm !== null);
  const hasTiers = Object.values(settings.rateLimits).some(limitsRate);
  const hasGatewayTiers = gateways.some(({ config }) => Object.values(config?.rateTiers ?? {}).some(limitsRate));
  const hasRateLimits = hasTiers || hasGatewayTiers || hasRatedPolicies || rateLimitsById.size > 0;
  return { rateLimitsById, hasRatedPolicies, hasGatewayTiers, hasRateLimits };
}

/** Every owner that has a wallet before its first request. */
export function knownOwners(directory: Directory): WalletOwner[] {
  return [
    { scope: "organization", ownerId: directory.organization.id },
    ...directory.teams.map((team): WalletOwner => ({ scope: "team", ownerId: team.id })),
    ...directory.members.map((member): WalletOwner => ({ scope: "user", ownerId: member.id })),
    ...directory.seats.memberIds.map((memberId): WalletOwner => ({ scope: "seat", ownerId: memberId })),
  ];
}

/** Whether the payer is a member with a seat. */
export function seatTakesPart(index: DirectoryIndex, { userId, serviceUserId }: Omit<Payer, "teamId">): boolean {
  return userId !== null && serviceUserId === null && index.seatedMemberIds.has(userId);
}

/** The name to show for a wallet; an owner that callers asserted has only its id. */
export function nameOfOwner(index: DirectoryIndex, owner: WalletOwner): string {
  const scope = owner.scope === "seat" ? "user" : owner.scope;
  return index.ownerNames.get(`${scope}:${owner.ownerId}`) ?? owner.ownerId;
}
