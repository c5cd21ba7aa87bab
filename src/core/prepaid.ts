/**
 * What holds for an organization that issues no credit of its own: its money comes by top-ups and from the platform, and nothing
 * lets its requests use the deployment's credentials without that money.
 */
import type { ConfiguredTarget, GatewayConfig } from "./gateway-config.ts";
import type { WalletSettings } from "./wallet.ts";

/** The only values that are good for it: with any other, requests leave that no money, or too little of it, is held for. */
const PREPAID = {
  allowUnpriced: false,
  walletFailMode: "closed",
  enforceDefaultMaxOutput: true,
} as const satisfies Partial<WalletSettings>;

type PrepaidSetting = keyof typeof PREPAID;
const PREPAID_SETTINGS = [
  "allowUnpriced",
  "walletFailMode",
  "enforceDefaultMaxOutput",
] as const satisfies readonly PrepaidSetting[];

/** The settings that are in force for it, whatever was stored while it issued credit. */
export function prepaidSettings(settings: WalletSettings): WalletSettings {
  return { ...settings, ...PREPAID };
}

/** The first setting that would let requests leave unpaid. Null: there is none. */
export function findUnpaidSetting(settings: WalletSettings): PrepaidSetting | null {
  return PREPAID_SETTINGS.find((name) => settings[name] !== PREPAID[name]) ?? null;
}

/** A target that is called with a credential of the deployment, which pays for its tokens, and says what they cost. */
export function declaresForeignPrice({ secret, pricing, models, trustsUpstreamCost }: ConfiguredTarget): boolean {
  if (secret?.kind === "store") return false;
  return pricing !== null || trustsUpstreamCost || models.some((model) => model.pricing !== null);
}

/** The configuration that is in force for it: the price book prices what the deployment pays for. */
export function prepaidConfig(config: GatewayConfig): GatewayConfig {
  const targets = config.targets.map((target) =>
    declaresForeignPrice(target)
      ? {
          ...target,
          pricing: null,
          trustsUpstreamCost: false,
          models: target.models.map((model) => ({ ...model, pricing: null })),
        }
      : target,
  );
  return { ...config, targets };
}
