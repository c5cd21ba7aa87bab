/**
 * `npm run verify-audit [-- [--head <sequence>:<hash>] [--file <export.ndjson>] [org_… | platform …]]`: recomputes the chains of
 * the audit log from their records, and tells the first record that is wrong, or the head to be kept for the next time.
 *
 *   KEEPTRUSTS_API_URL    the gateway, such as https://edge.example.com (with or without /v1)
 *   KEEPTRUSTS_API_TOKEN  the platform admin's token: all chains, or those that are named; or an organization's access key
 *                         with `org:read`: its own chain
 *
 * With `--file` an export is checked, and no gateway is asked; `--head` is for one chain.
 * Exit: 0 whole; 1 something is wrong; 2 not configured, or it cannot be read.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { ChainCheck, parseHead, type Head } from "./verify-audit/chain.ts";
import { isOwnKey, memberOf, openGateway, readLines, readOwnFinding, type Gateway } from "./verify-audit/read-chain.ts";
import { createGet, listOrganizationIds } from "./verify-ledger/read-books.ts";

const { KEEPTRUSTS_API_URL: url = "", KEEPTRUSTS_API_TOKEN: token = "" } = process.env;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { head: { type: "string" }, file: { type: "string" } },
    allowPositionals: true,
  });
  const head = values.head === undefined ? null : parseHead(values.head);
  if (values.head !== undefined && head === null) return giveUp("--head is <sequence>:<hash>.");
  const heads = head === null ? [] : [head];
  if (values.file !== undefined) return checkFile(values.file, positionals[0], heads);
  if (url === "" || token === "") return giveUp("Set KEEPTRUSTS_API_URL and KEEPTRUSTS_API_TOKEN.");
  const chains = positionals.length > 0 ? positionals : await listChains();
  if (head !== null && chains.length !== 1) return giveUp("Name the one chain whose head this is.");
  const gateway = openGateway(url, token);
  let faulty = 0;
  for (const chain of chains) if (!(await checkChain(gateway, chain, heads))) faulty += 1;
  return faulty === 0 ? 0 : 1;
}

async function listChains(): Promise<readonly string[]> {
  if (!isOwnKey(token)) return ["platform", ...(await listOrganizationIds(createGet(url, token)))];
  return [String(memberOf(await openGateway(url, token).read("/organization"), "id"))];
}

async function checkChain(gateway: Gateway, chain: string, heads: readonly Head[]): Promise<boolean> {
  const check = new ChainCheck(chain, heads);
  for await (const line of readLines(gateway, chain)) check.take(line);
  if (!tell(chain, check)) return false;
  const finding = await readOwnFinding(gateway, chain, heads);
  if (finding !== null) process.stdout.write(`${chain}: the gateway finds ${finding}\n`);
  return finding === null;
}

async function checkFile(path: string, named: string | undefined, heads: readonly Head[]): Promise<number> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  const [first] = lines;
  if (first === undefined) return giveUp(`${path} has no record.`);
  const chain = named ?? String(memberOf(first, "organization_id"));
  const check = new ChainCheck(chain, heads);
  for (const line of lines) check.take(line);
  return tell(chain, check) ? 0 : 1;
}

function tell(chain: string, check: ChainCheck): boolean {
  const fault = check.end();
  const { sequence, hash } = check.head;
  const finding =
    fault === null
      ? `${sequence} records are whole, head ${sequence}:${hash}`
      : `record ${fault.sequence} ${fault.what}`;
  process.stdout.write(`${chain}: ${finding}\n`);
  return fault === null;
}

function giveUp(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
