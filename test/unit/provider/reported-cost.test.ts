import { expect, it } from "vitest";
import { readReportedCost } from "../../../src/provider/reported-cost.ts";

it.each([
  [0, 0n],
  [0.00012345, 123_450n],
  [1.5e-7, 150n],
  [4.9e-10, 0n],
  [5e-10, 1n],
  [12, 12_000_000_000n],
  [0.1, 100_000_000n],
])("reads %s USD as %s nano-USD, by the decimal that was written", (cost, nanos) => {
  expect(readReportedCost({ cost })).toBe(nanos);
});

it.each([[{}], [{ cost: "0.1" }], [{ cost: -1 }], [{ cost: Number.NaN }], [{ cost: 1e300 }], [{ cost: null }], [null]])(
  "believes nothing else: %j",
  (usage) => {
    expect(readReportedCost(usage)).toBeNull();
  },
);
