/** How Stripe's variables are read. */
import { expect, test } from "vitest";
import { readConfig } from "../../src/env.ts";

test("secrets of the endpoint are a list, and the deployment has a name of its own", () => {
  const { stripe } = readConfig({ STRIPE_SECRET_KEY: "sk_test_abc", STRIPE_WEBHOOK_SECRET: " whsec_a, whsec_b ," });
  expect(stripe).toEqual({
    secretKey: "sk_test_abc",
    webhookSecrets: ["whsec_a", "whsec_b"],
    apiUrl: "",
    deployment: "keeptrusts-edge",
    allowInsecure: false,
  });
  expect(readConfig({}).stripe).toMatchObject({ secretKey: "", webhookSecrets: [] });
  expect(readConfig({ STRIPE_DEPLOYMENT: "staging" }).stripe.deployment).toBe("staging");
  expect(() => readConfig({ STRIPE_DEPLOYMENT: 'a"b' })).toThrow("STRIPE_DEPLOYMENT");
});
