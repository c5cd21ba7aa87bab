/** Whose page has sent a form, as the browser tells it. */
import { expect, test } from "vitest";
import { isCrossSite } from "../../../src/contract/caller-headers.ts";

const OWN = "https://edge.test";

test.each([
  ["our own page", { origin: OWN, "sec-fetch-site": "same-origin" }, false],
  ["our own page over http", { origin: OWN }, false],
  ["our own page in a browser that hides origins", { origin: "null", "sec-fetch-site": "same-origin" }, false],
  ["a form that its person sends again", { origin: "null", "sec-fetch-site": "none" }, false],
  ["no browser", {}, false],
  ["another site's page", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, true],
  ["another site's page over http", { origin: "http://evil.example" }, true],
  ["a page of another port", { origin: `${OWN}:8443`, "sec-fetch-site": "same-site" }, true],
  ["a page that hides its origin", { origin: "null", "sec-fetch-site": "cross-site" }, true],
  ["a page that hides its origin over http", { origin: "null" }, true],
])("%s: %o is of another site: %s", (_, headers, isForeign) => {
  expect(isCrossSite(new Request(`${OWN}/sign-in`, { method: "POST", headers }))).toBe(isForeign);
});
