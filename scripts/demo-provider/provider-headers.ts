import { writeId } from "./text.ts";

/** What the providers tell about the account: a gateway must not pass these on. */
export function writeProviderHeaders(
  provider: "openai" | "anthropic",
  number: number,
): Readonly<Record<string, string>> {
  const id = writeId(provider === "openai" ? "req_" : "req_01", String(number));
  const common = { "set-cookie": "__cf_bm=demo; path=/; HttpOnly", "cf-ray": "demo-TXL" };
  if (provider === "openai") {
    return {
      ...common,
      "x-request-id": id,
      "openai-organization": "org-demo",
      "openai-version": "2020-10-01",
      "x-ratelimit-limit-requests": "10000",
      "x-ratelimit-remaining-requests": "9999",
    };
  }
  return {
    ...common,
    "request-id": id,
    "anthropic-organization-id": "org-demo",
    "anthropic-ratelimit-requests-limit": "4000",
    "anthropic-ratelimit-requests-remaining": "3999",
  };
}
