/** Many requests at once against money for a few of them. */
import { formatNanos } from "../../src/core/money.ts";
import { nanosIn, objectIn } from "./json.ts";
import { CHAT_PATH, type Stage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const REQUESTS = 50;
const ROOM = 10;
const MAX_TOKENS = 100;
/** Longer than the burst takes, so that every hold stands while the others are asked. */
const PROVIDER_DELAY_MS = 3_000;

export async function race({ ask, credit, provider }: Stage, terminal: Terminal): Promise<void> {
  terminal.title(`A race: ${REQUESTS} requests at once, money for ${ROOM}`);
  // An empty wallet refuses, and its refusal says what one request would hold.
  const refusal = await ask(MAX_TOKENS);
  const holdNanos = nanosIn(objectIn(objectIn(refusal.body, "error"), "cost_ticket"), "estimated_cost");
  await credit(holdNanos * BigInt(ROOM), `Room for ${ROOM}`);
  terminal.say(
    `One request holds ${formatNanos(holdNanos)} USD; the wallet has ${formatNanos(holdNanos * BigInt(ROOM))}.`,
  );

  provider.next({ delay_ms: PROVIDER_DELAY_MS }, { times: REQUESTS });
  const answers = await Promise.all(Array.from({ length: REQUESTS }, () => ask(MAX_TOKENS)));
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
  const reached = provider.counts[CHAT_PATH] ?? 0;
  terminal.say(`${count(200)} answered with 200, ${count(402)} refused with 402, ${reached} reached the provider.`);
  terminal.promise(count(200) === ROOM, `exactly ${ROOM} pass`);
  terminal.promise(count(402) === REQUESTS - ROOM, "all others are refused with 402, before they cost anything");
  terminal.promise(reached === ROOM, "the provider saw no other request");
  provider.clear();
}
