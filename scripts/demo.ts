/**
 * `npm run demo`: what the gateway promises, shown in under a minute on a gateway of its own that leaves nothing behind.
 * Exits with 1 when a promise is broken.
 */
import { exhaustBudget } from "./demo/budget.ts";
import { showLedger } from "./demo/ledger.ts";
import { race } from "./demo/race.ts";
import { openStage, type Stage } from "./demo/stage.ts";
import { Terminal } from "./demo/terminal.ts";
import { redeemTicket } from "./demo/ticket.ts";

/** In the order in which they are shown; the ledger comes last, because it adds up all that went before. */
const ACTS: readonly ((stage: Stage, terminal: Terminal) => Promise<void>)[] = [
  race,
  redeemTicket,
  exhaustBudget,
  showLedger,
];

const terminal = new Terminal(process.stdout);
terminal.progress("Building and starting a gateway with a demo provider …");
const stage = await openStage();
try {
  for (const act of ACTS) await act(stage, terminal);
} finally {
  await stage.close();
}
process.exit(terminal.brokenPromises === 0 ? 0 : 1);
