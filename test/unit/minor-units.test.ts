import { describe, expect, it } from "vitest";
import { fromMinorUnits, roundUpToMinorUnits, toMinorUnits } from "../../src/core/minor-units.ts";
import { CURRENCIES } from "../../src/core/money.ts";

describe("minor units", () => {
  it("are cents for dollars and whole units for yen", () => {
    expect(toMinorUnits(12_340_000_000n, "USD")).toBe(1_234n);
    expect(toMinorUnits(12_000_000_000n, "JPY")).toBe(12n);
  });

  it("do not exist for amounts between them", () => {
    expect(toMinorUnits(12_345_000_000n, "USD")).toBeNull();
    expect(toMinorUnits(12_340_000_000n, "JPY")).toBeNull();
    expect(toMinorUnits(1n, "EUR")).toBeNull();
  });

  it.each(CURRENCIES)("of %s come back as the same amount", (currency) => {
    expect(toMinorUnits(fromMinorUnits(987n, currency), currency)).toBe(987n);
  });

  it("round up, never down, and leave whole ones alone", () => {
    expect(roundUpToMinorUnits(1n, "USD")).toBe(10_000_000n);
    expect(roundUpToMinorUnits(10_000_000n, "USD")).toBe(10_000_000n);
    expect(roundUpToMinorUnits(10_000_001n, "USD")).toBe(20_000_000n);
    expect(roundUpToMinorUnits(0n, "JPY")).toBe(0n);
  });
});
