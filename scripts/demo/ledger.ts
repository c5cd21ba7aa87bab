/** All that went before, added up: transactions, balance and spend log must tell the same. */
import { formatNanos, type Nanos } from "../../src/core/money.ts";
import { textOf, type Json } from "../seed/api.ts";
import { listIn, nanosIn } from "./json.ts";
import { waitFor, type Stage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const COLUMN = 16;

export async function showLedger({ api, settledWallet }: Stage, terminal: Terminal): Promise<void> {
  terminal.title("The books");
  const wallet = await settledWallet();
  const path = `/v1/wallets/${textOf(wallet, "id")}/transactions?limit=200`;
  const transactions = listIn(await api("GET", path), "data").toReversed();
  const balanceNanos = nanosIn(wallet, "balance");
  const fundedNanos = sumOf(transactions.filter(isFunding), "amount");

  let runningNanos = 0n;
  let isContinuous = true;
  terminal.say(`${"transaction".padEnd(COLUMN)}${"amount".padStart(COLUMN)}${"balance".padStart(COLUMN)}`);
  for (const transaction of transactions) {
    runningNanos += nanosIn(transaction, "amount");
    isContinuous &&= runningNanos === nanosIn(transaction, "balance_after") && runningNanos >= 0n;
    const amounts = [textOf(transaction, "amount"), formatNanos(runningNanos)].map((text) => text.padStart(COLUMN));
    terminal.say(`${textOf(transaction, "type").padEnd(COLUMN)}${amounts.join("")}`);
  }
  terminal.promise(isContinuous, "every transaction continues the balance before it, and none goes below zero");
  terminal.promise(runningNanos === balanceNanos, `their sum is the wallet's balance, ${formatNanos(balanceNanos)}`);
  terminal.promise(nanosIn(wallet, "held") === 0n, "nothing is left on hold");

  const settledCount = transactions.length - transactions.filter(isFunding).length;
  const spentNanos = sumOf(await readCharges(api, settledCount), "total_cost");
  terminal.promise(
    spentNanos === fundedNanos - balanceNanos,
    `the spend log's ${settledCount} charges add up to what left the wallet, ${formatNanos(spentNanos)}`,
  );
  const overspendNanos = spentNanos > fundedNanos ? spentNanos - fundedNanos : 0n;
  terminal.promise(overspendNanos === 0n, "no more was spent than was paid in");
  terminal.say(`overspend ${formatNanos(overspendNanos)}`);
}

function isFunding(transaction: Json): boolean {
  return transaction["type"] === "credit" || transaction["type"] === "top_up";
}

/** The log is copied from the ledger through a queue, a second or two later. */
async function readCharges(api: Stage["api"], count: number): Promise<readonly Json[]> {
  return waitFor(
    async () => {
      const rows = listIn(await api("GET", "/v1/spend/logs?limit=200"), "data");
      return rows.filter((row) => nanosIn(row, "total_cost") !== 0n);
    },
    (rows) => rows.length >= count,
  );
}

function sumOf(objects: readonly Json[], name: string): Nanos {
  return objects.reduce((sum, object) => sum + nanosIn(object, name), 0n);
}
