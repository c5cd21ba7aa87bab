/** A refusal with a cost ticket, a payment at its address, and the same request again. */
import { formatNanos } from "../../src/core/money.ts";
import { textOf } from "../seed/api.ts";
import { nanosIn, objectIn } from "./json.ts";
import type { Stage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const MAX_TOKENS = 100_000;

export async function redeemTicket({ ask, settledWallet }: Stage, terminal: Terminal): Promise<void> {
  terminal.title("A refusal that helps: the cost ticket");
  const availableNanos = nanosIn(await settledWallet(), "available");
  const refusal = await ask(MAX_TOKENS);
  const error = objectIn(refusal.body, "error");
  const ticket = objectIn(error, "cost_ticket");
  terminal.say(
    `A request for ${MAX_TOKENS.toLocaleString("en")} tokens, with ${formatNanos(availableNanos)} USD left:`,
  );
  terminal.say(`HTTP ${refusal.status} ${String(error["code"])}: ${String(error["message"])}`);
  for (const name of ["id", "estimated_cost", "currency", "model", "expires_at", "affordable_output_tokens"]) {
    terminal.say(`  ${name.padEnd(26)}${String(ticket[name])}`);
  }
  terminal.promise(refusal.status === 402, "what the wallet cannot pay is refused, with its price in a ticket");

  const topUpUrl = textOf(objectIn(ticket, "top_up"), "url");
  const paid = await payAt(topUpUrl);
  terminal.say(`Somebody tops up at ${topUpUrl}, in the sandbox:`);
  terminal.promise(paid.includes("completed"), "the payment arrives, and the wallet has it at once");
  const redeemed = await ask(MAX_TOKENS, { "x-cost-ticket": textOf(ticket, "id") });
  const cost = redeemed.headers.get("x-keeptrusts-cost") ?? "unknown";
  const creditedNanos = nanosIn(await settledWallet(), "balance");
  terminal.say(
    `After the top-up, the same with its ticket: HTTP ${redeemed.status}. The wallet has ${formatNanos(creditedNanos)} USD now.`,
  );
  terminal.say(`It cost ${cost} USD; the rest of what was held is free again.`);
  terminal.promise(redeemed.status === 200, "the ticket is good for the amount that it names");
}

/** As a browser does: the top-up's form, the sandbox's, and the page that the payer comes back to. Gives that page. */
async function payAt(topUpUrl: string): Promise<string> {
  const page = await (await fetch(topUpUrl)).text();
  const amount = /name="amount" value="([\d.]+)"/.exec(page)?.[1] ?? "";
  const checkoutUrl = await postForm(topUpUrl, { amount });
  const backUrl = await postForm(checkoutUrl, { action: "pay" });
  return (await fetch(backUrl)).text();
}

/** Gives where the answer leads. */
async function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return new URL(location, url).href;
}
