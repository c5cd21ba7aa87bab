import { describe, expect, it } from "vitest";
import { decideDelivery, findAnswerError, MAX_DELIVERY_ATTEMPTS } from "../../src/core/webhook-delivery.ts";

const failed = (status: number | null, error = "refused") => ({ status, error, durationMs: 1 });

describe("decideDelivery", () => {
  it("waits longer after each failure, and gives up after two days", () => {
    const decisions = Array.from({ length: MAX_DELIVERY_ATTEMPTS }, (_, made) => decideDelivery(failed(500), made + 1));
    const delays = decisions.map(({ delaySeconds }) => delaySeconds);
    expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 36_000, 36_000, null]);
    expect(decisions.map(({ status }) => status)).toEqual([...Array(9).fill("pending"), "failed"]);
  });

  it("is delivered by an answer without an error, whichever attempt it was", () => {
    const result = { status: 204, error: null, durationMs: 1 };
    expect(decideDelivery(result, 30)).toEqual({ status: "delivered", delaySeconds: null, disablesWebhook: false });
  });

  it("disables an endpoint that is gone", () => {
    expect(decideDelivery(failed(410, "gone"), 1)).toEqual({
      status: "failed",
      delaySeconds: null,
      disablesWebhook: true,
    });
  });

  it("tries again what could not be reached", () => {
    expect(decideDelivery(failed(null, "timeout"), 1)).toMatchObject({ status: "pending", delaySeconds: 5 });
  });
});

it.each([
  [200, null],
  [299, null],
  [301, "redirect_not_followed"],
  [304, "redirect_not_followed"],
  [404, "refused"],
  [410, "gone"],
  [503, "refused"],
])("an answer of %i: %s", (status, error) => {
  expect(findAnswerError(status)).toBe(error);
});
