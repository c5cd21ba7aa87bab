/** A budget that has no room: refused before the wallet is looked at, with every window that was tested. */
import { textOf } from "../seed/api.ts";
import { listIn, nanosIn, objectIn } from "./json.ts";
import type { Stage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const BUDGETS = "/v1/unified-access/budgets";
const LIMITS = { hourly: "0.002", monthly: "25.00" };

export async function exhaustBudget({ api, ask, credit, settledWallet }: Stage, terminal: Terminal): Promise<void> {
  terminal.title("A budget that is spent: not a question of money");
  await credit(1_000_000_000n, "Plenty of money");
  const before = await settledWallet();
  const budget = await api("POST", BUDGETS, { name: "Demo", scope: { type: "organization" }, windows: LIMITS });
  const refusal = await ask(1_000);
  const error = objectIn(refusal.body, "error");
  terminal.say(`HTTP ${refusal.status} ${String(error["code"])}: ${String(error["message"])}`);
  for (const window of listIn(error, "budgets")) {
    const { used, held, requested, limit, resets_at: resetsAt } = window;
    const standing = `used ${String(used)} + held ${String(held)} + asked ${String(requested)}, limit ${String(limit)}`;
    terminal.say(`  ${String(window["window"]).padEnd(9)}${standing}, begins anew at ${String(resetsAt)}`);
  }
  terminal.promise(refusal.status === 429, "a budget without room refuses before anything is held");
  terminal.promise(refusal.headers.get("x-should-retry") === "false", "and no SDK repeats the request in vain");
  const after = await settledWallet();
  terminal.promise(nanosIn(after, "available") === nanosIn(before, "available"), "the wallet is as it was");
  await api("DELETE", `${BUDGETS}/${textOf(budget, "id")}`);
  const allowed = await ask(1_000);
  terminal.promise(allowed.status === 200, "without the budget the same request goes through");
}
