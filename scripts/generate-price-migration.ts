/**
 * Writes the migration that gives a fresh deployment its price book, from the project's data file. Only for the first
 * migration of the prices: once it is merged it stays, and `seed-model-pricing.sh` brings what is newer.
 * Usage: node scripts/generate-price-migration.ts > migrations/control/0001_model_prices.sql
 */
import { createHash } from "node:crypto";
import modelPrices from "../src/contract/data/model-prices.json" with { type: "json" };
import { priceRecordSchema, type PriceRecord } from "../src/contract/price-record.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_CHARACTERS = 26;

const records = modelPrices.map((record) => priceRecordSchema.parse(record));
const statements = [
  ...records.map(insertOf),
  "INSERT INTO `platform_versions` (`version`, `reason`, `changed_at_ms`) VALUES (1, 'built-in prices', 0);",
];
process.stdout.write(`${statements.join("\n--> statement-breakpoint\n")}\n`);

function insertOf(record: PriceRecord): string {
  const { effective_from: from, effective_to: to, ...rest } = record;
  const values = [
    quote(idOf(record)),
    quote(record.provider),
    quote(record.model),
    quote(JSON.stringify(rest)),
    from === null ? "NULL" : String(Date.parse(from)),
    to === null ? "NULL" : String(Date.parse(to)),
    "0",
  ];
  return (
    "INSERT INTO `model_prices` (`id`, `provider`, `model`, `record_json`, `effective_from_ms`, `effective_to_ms`, `created_at_ms`) " +
    `VALUES (${values.join(", ")});`
  );
}

/** The same everywhere, so that people can speak of it. */
function idOf(record: PriceRecord): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([record.provider, record.model, record.effective_from]))
    .digest();
  return `price_${Array.from(digest.subarray(0, ID_CHARACTERS), (byte) => ALPHABET.charAt(byte % 32)).join("")}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
