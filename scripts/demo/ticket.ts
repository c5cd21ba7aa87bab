/** A refusal with a cost ticket, a top-up, and the same request again. */
import { formatNanos } from "../../src/core/money.ts";
import { textOf } from "../seed/api.ts";
import { nanosIn, objectIn } from "./json.ts";
import type { Stage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const MAX_TOKENS = 100_000;

export async function redeemTicket({ ask, credit, settledWallet }: Stage, terminal: Terminal): Promise<void> {
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

  const missingNanos = nanosIn(ticket, "estimated_cost") - availableNanos;
  await credit(missingNanos, "Top-up for the ticket");
  const redeemed = await ask(MAX_TOKENS, { "x-cost-ticket": textOf(ticket, "id") });
  const cost = redeemed.headers.get("x-keeptrusts-cost") ?? "unknown";
  terminal.say(
    `After a top-up of ${formatNanos(missingNanos)} USD, the same with its ticket: HTTP ${redeemed.status}.`,
  );
  terminal.say(`It cost ${cost} USD; the rest of what was held is free again.`);
  terminal.promise(redeemed.status === 200, "the ticket is good for the amount that it names");
}
