import { expect, test } from "vitest";
import { planAddition, planRemoval, planReplacement, type PricePeriod } from "../../../src/api/price-period.ts";
import { priceRecordSchema } from "../../../src/contract/price-record.ts";

const NOW = 1_000;

function period(
  id: string,
  fromMs: number | null,
  toMs: number | null,
  rest: Record<string, unknown> = {},
): PricePeriod {
  const record = priceRecordSchema.parse({
    provider: "openai",
    model: "m",
    input_price_per_million: "1",
    output_price_per_million: "2",
    endpoints: ["openai.chat"],
    ...rest,
  });
  return { id, record, fromMs, toMs };
}

const draft = (fromMs: number | null, toMs: number | null = null, rest: Record<string, unknown> = {}) =>
  period("draft", fromMs, toMs, rest);

test("the first price of a model is open on both sides; the next one begins now and ends it", () => {
  expect(planAddition([], draft(null), NOW)).toMatchObject({ value: { added: [{ fromMs: null, toMs: null }] } });
  expect(planAddition([period("old", null, null)], draft(null), NOW)).toMatchObject({
    value: { added: [{ fromMs: NOW, toMs: null }], changed: [{ id: "old", fromMs: null, toMs: NOW }] },
  });
});

test.each([
  ["the same start", [period("a", 2_000, null)], draft(2_000), "price_period_overlap"],
  ["a later period", [period("a", 3_000, null)], draft(2_000), "price_period_overlap"],
  [
    "a later period of an alias",
    [period("a", 3_000, null, { aliases: ["x"] })],
    draft(2_000, null, { model: "x" }),
    "price_period_overlap",
  ],
  ["the past of a running period", [period("a", null, null)], draft(500), "price_in_the_past"],
  ["a past that was priced", [period("a", 100, 200)], draft(50, 150), "price_period_overlap"],
  ["an end before its beginning", [], draft(2_000, 2_000), "invalid_value"],
])("%s is refused", (_, known, added, code) => {
  expect(planAddition(known, added, NOW)).toMatchObject({ ok: false, failure: { code } });
});

test("periods fit side by side, and other providers or models are no neighbours", () => {
  const known = [period("a", null, 2_000), period("b", 3_000, null), period("c", null, null, { model: "other" })];
  expect(planAddition(known, draft(2_000, 3_000), NOW)).toMatchObject({
    value: { added: [{ fromMs: 2_000, toMs: 3_000 }], changed: [] },
  });
  const anthropic = draft(null, null, { provider: "anthropic", endpoints: ["anthropic.messages"] });
  expect(planAddition([period("a", null, null)], anthropic, NOW)).toMatchObject({ value: { changed: [] } });
});

test("a running period is replaced from now on, under its id", () => {
  const known = [period("draft", 100, 5_000)];
  expect(planReplacement(known, draft(100, 5_000), "history", NOW)).toMatchObject({
    value: {
      added: [{ id: "history", fromMs: 100, toMs: NOW }],
      changed: [{ id: "draft", fromMs: NOW, toMs: 5_000 }],
    },
  });
});

test("a period that has not begun is replaced as it stands; one that has ended never", () => {
  const later = [period("draft", 2_000, null)];
  expect(planReplacement(later, draft(4_000), "history", NOW)).toMatchObject({
    value: { added: [], changed: [{ id: "draft", fromMs: 4_000 }] },
  });
  expect(planReplacement(later, draft(500), "history", NOW)).toMatchObject({ failure: { code: "price_in_the_past" } });
  expect(planReplacement([period("draft", 1, 2)], draft(null), "history", NOW)).toMatchObject({
    failure: { code: "price_period_ended" },
  });
});

test("a period keeps its model and, once it runs, its beginning", () => {
  const known = [period("draft", 100, null)];
  expect(planReplacement(known, draft(100, null, { model: "x" }), "h", NOW)).toMatchObject({
    failure: { param: "model" },
  });
  expect(planReplacement(known, draft(200), "h", NOW)).toMatchObject({ failure: { param: "effective_from" } });
});

test("removal ends what runs, removes what has not begun, and leaves what has ended", () => {
  expect(planRemoval([period("a", null, null)], "a", NOW)).toMatchObject({
    value: { changed: [{ id: "a", toMs: NOW }] },
  });
  expect(planRemoval([period("a", NOW, null)], "a", NOW)).toMatchObject({ value: { removedIds: ["a"] } });
  expect(planRemoval([period("a", 1, NOW)], "a", NOW)).toMatchObject({ failure: { code: "price_period_ended" } });
  expect(planRemoval([], "a", NOW)).toMatchObject({ failure: { kind: "not_found" } });
});
