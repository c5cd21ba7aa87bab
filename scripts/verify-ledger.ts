/**
 * `npm run verify-ledger [-- org_…]`: recomputes every balance of a running gateway from its entries, compares the ledgers with
 * their copies and with the spend log, and tells the first difference.
 *
 *   KEEPTRUSTS_API_URL    the gateway, such as https://edge.example.com (with or without /v1)
 *   KEEPTRUSTS_API_TOKEN  the platform admin's token
 *
 * Exit: 0 everything agrees; 1 something differs; 2 not configured, or the gateway cannot be read.
 */
import { createGet, listOrganizationIds } from "./verify-ledger/read-books.ts";
import { describeDifference, verifyOrganization } from "./verify-ledger/verify.ts";

const { KEEPTRUSTS_API_URL: url = "", KEEPTRUSTS_API_TOKEN: token = "" } = process.env;

async function main(): Promise<number> {
  if (url === "" || token === "") {
    process.stderr.write("Set KEEPTRUSTS_API_URL and KEEPTRUSTS_API_TOKEN.\n");
    return 2;
  }
  const get = createGet(url, token);
  const named = process.argv.slice(2);
  let faulty = 0;
  for (const id of named.length > 0 ? named : await listOrganizationIds(get)) {
    const { differences, entries, wallets, spendRows } = await verifyOrganization(get, id);
    const [first] = differences;
    if (first === undefined) {
      process.stdout.write(`${id}: ${entries} entries, ${wallets} wallets, ${spendRows} rows of the spend log agree\n`);
      continue;
    }
    faulty += 1;
    process.stdout.write(
      `${describeDifference(first)}${differences.length > 1 ? ` (and ${differences.length - 1} more)` : ""}\n`,
    );
  }
  return faulty === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
