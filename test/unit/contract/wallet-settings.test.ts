import { expect, test } from "vitest";
import { DEFAULT_WALLET_SETTINGS } from "../../../src/core/wallet.ts";
import { positiveAmountSchema, timeSchema } from "../../../src/contract/amount.ts";
import {
  applySettingsPatch,
  fromWalletSettings,
  walletSettingsPatchSchema,
  walletSettingsSchema,
} from "../../../src/contract/wallet-settings.ts";

test("settings cross the wire and come back", () => {
  const wire = fromWalletSettings(DEFAULT_WALLET_SETTINGS);
  expect(walletSettingsSchema.parse(wire)).toEqual(wire);
  expect(applySettingsPatch(DEFAULT_WALLET_SETTINGS, wire)).toEqual(DEFAULT_WALLET_SETTINGS);
});

test("a patch changes what it names; null is a value", () => {
  const base = { ...DEFAULT_WALLET_SETTINGS, defaultMaxOutputTokens: 5 };
  expect(applySettingsPatch(base, {})).toEqual(base);
  expect(applySettingsPatch(base, { default_max_output_tokens: null, reserve_buffer_pct: 19.99 })).toMatchObject({
    defaultMaxOutputTokens: null,
    reserveBufferBasisPoints: 1_999,
  });
});

test.each([
  { reserve_buffer_pct: 1.005 },
  { reserve_buffer_pct: -1 },
  { alert_threshold_pct: 101 },
  { time_zone: "Nowhere" },
  { minimum_output_tokens: 0 },
  { unknown: true },
])("%j is refused", (patch) => {
  expect(walletSettingsPatchSchema.safeParse(patch).success).toBe(false);
});

test.each([
  ["12.50", 12_500_000_000n],
  [0.1, 100_000_000n],
  [1e-9, 1n],
  ["9223372036.854775807", 9_223_372_036_854_775_807n],
])("the amount %j is exact", (input, expected) => {
  expect(positiveAmountSchema.parse(input)).toBe(expected);
});

test.each(["0", 0, "-1", "1.0000000001", "1e2", " 1", "9223372036.854775808", Number.NaN])(
  "%j is no amount",
  (input) => {
    expect(positiveAmountSchema.safeParse(input).success).toBe(false);
  },
);

test("a date is midnight UTC, a date-time needs its offset", () => {
  expect(timeSchema.parse("2026-10-01")).toBe(Date.UTC(2026, 9, 1));
  expect(timeSchema.parse("2026-10-01T02:00:00+02:00")).toBe(Date.UTC(2026, 9, 1));
  expect(timeSchema.safeParse("2026-10-01T02:00:00").success).toBe(false);
});
