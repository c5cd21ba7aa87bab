#!/usr/bin/env bash
# Brings the project's price list into a gateway's price book. Repeats change nothing: a period that is there already stays,
# also when its price differs, because a change never reprices the past; the differences are reported.
#
#   KEEPTRUSTS_API_URL    the gateway, such as https://edge.example.com (with or without /v1)
#   KEEPTRUSTS_API_TOKEN  the platform admin's token
#
# Exit: 0 everything is there; 1 something could not be added, or differs; 2 not configured.
set -euo pipefail

if [[ -z "${KEEPTRUSTS_API_URL:-}" || -z "${KEEPTRUSTS_API_TOKEN:-}" ]]; then
  echo "Set KEEPTRUSTS_API_URL and KEEPTRUSTS_API_TOKEN." >&2
  exit 2
fi

export PRICE_LIST="${1:-$(cd "$(dirname "$0")/.." && pwd)/src/contract/data/model-prices.json}"
exec node --input-type=module - <<'JAVASCRIPT'
import { readFile } from "node:fs/promises";

const url = process.env.KEEPTRUSTS_API_URL.replace(/\/+$/, "").replace(/\/v1$/, "");
const prices = JSON.parse(await readFile(process.env.PRICE_LIST, "utf8"));
const startOf = (price) => (price.effective_from ? Date.parse(price.effective_from) : Number.NEGATIVE_INFINITY);

async function call(path, init = {}) {
  const response = await fetch(`${url}/v1/admin/model-pricing${path}`, {
    ...init,
    headers: { authorization: `Bearer ${process.env.KEEPTRUSTS_API_TOKEN}`, "content-type": "application/json" },
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.message ?? `status ${response.status}`);
  return body;
}

async function findStored(price) {
  const query = new URLSearchParams({ provider: price.provider, model: price.model, limit: "200" });
  const { data } = await call(`?${query}`);
  return data.find((stored) => startOf(stored) === startOf(price));
}

/** Everything that `price` says, `stored` says too. */
function agrees(price, stored) {
  if (typeof price !== "object" || price === null) return price === stored || sameInstant(price, stored);
  return (
    typeof stored === "object" &&
    stored !== null &&
    Object.entries(price).every(([name, value]) => agrees(value, stored[name]))
  );
}

function sameInstant(a, b) {
  const isInstant = (value) => /^\d{4}-\d\d-\d\d/.test(String(value));
  return isInstant(a) && isInstant(b) && Date.parse(a) === Date.parse(b);
}

const counts = { added: 0, kept: 0, different: 0, failed: 0 };
// The oldest period first: a later one ends the one before it.
for (const price of prices.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0))) {
  const name = `${price.provider} ${price.model} from ${price.effective_from ?? "ever"}`;
  try {
    const stored = await findStored(price);
    if (stored === undefined) {
      await call("", { method: "POST", body: JSON.stringify(price) });
      counts.added += 1;
      console.log(`added      ${name}`);
    } else if (agrees(price, stored)) {
      counts.kept += 1;
    } else {
      counts.different += 1;
      console.log(`different  ${name}: stays as it is (${stored.id}); PUT replaces it from now on`);
    }
  } catch (error) {
    counts.failed += 1;
    console.error(`failed     ${name}: ${error.message}`);
  }
}
console.log(`${counts.added} added, ${counts.kept} already there, ${counts.different} different, ${counts.failed} failed`);
process.exitCode = counts.different + counts.failed === 0 ? 0 : 1;
JAVASCRIPT
