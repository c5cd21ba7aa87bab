/** Sequences of steps in which budgets are met, changed, and their windows end. */
import type { Random } from "./random.ts";
import { BUDGET_SCOPES, makeSettle } from "./step.ts";
import type { AuthorizeStep, BudgetStep, Step } from "./step.ts";
import { calm, end, fund, PLAIN_REQUEST, use } from "./story-parts.ts";

/** Who asks, on the gateway's own key, and a budget that counts what they spend. */
const BUDGETED: readonly [Payer, ...Payer[]] = [
  { scope: 0, who: {} },
  { scope: 1, who: { team: "red" } },
  { scope: 2, who: { team: "newcomers" } },
  { scope: 3, who: { user: "ada" } },
  { scope: 6, who: { agent: "agt_two", run: "run-1" } },
  { scope: 7, who: { agent: "crawler" } },
  { scope: 8, who: {} },
  { scope: 10, who: { model: 1 } },
  { scope: 11, who: { model: 2 } },
  { scope: 12, who: { model: 1 } },
  { scope: 13, who: { team: "red" } },
  { scope: 14, who: { model: 1 } },
];

interface Payer {
  readonly scope: number;
  readonly who: Partial<AuthorizeStep>;
}

/** An override ends while a request runs that it let through. */
export function overridden(random: Random): readonly Step[] {
  const { scope, who } = random.pick(BUDGETED);
  const same = { ...PLAIN_REQUEST, cap: random.between(50, 400), ...who, ...calm };
  const plain = { do: "budget", id: random.below(5), isDeleted: false, scope, windows: 1, nanos: 0 } as const;
  return [
    fund("", 20),
    same,
    { ...plain, holds: 2, hard: true, override: { holds: 6, ms: 30_000 }, pushed: true },
    { ...same, parallel: random.between(1, 3) },
    { do: "advance", ms: random.pick([29_000, 30_000, 45_000]) },
    { do: "checkpoint", pick: 0, parts: use(random, 50), ahead: 2_000, elsewhere: false, ...calm },
    same,
    end(random, { parts: use(random, 100) }),
  ];
}

/** A budget has room for just so many requests, is changed while they run, and its window ends. */
export function budget(random: Random): readonly Step[] {
  const { scope, who } = random.pick(BUDGETED);
  const same = { ...PLAIN_REQUEST, cap: random.between(50, 400), ...who, together: random.chance(50), ...calm };
  const ask = (parallel: number): Step => ({ ...same, parallel });
  const windows = random.weighted([
    [3, random.between(1, 15)],
    [1, 1],
    [1, 2],
    [1, 8],
  ]);
  const id = random.below(5);
  const set = (rest: Partial<BudgetStep>): Step => {
    const plain = { do: "budget", id, isDeleted: false, scope, windows, holds: 2, nanos: 0, override: null } as const;
    return { ...plain, hard: true, pushed: true, ...rest };
  };
  const meanwhile = random.pick([
    set({ holds: 5 }),
    set({ holds: 1 }),
    set({ holds: 0 }),
    set({ hard: false }),
    set({ override: { holds: random.pick([0, 6]), ms: 60_000 } }),
    set({ scope: random.below(BUDGET_SCOPES.length) }),
    set({ windows: random.between(1, 15) }),
    set({ isDeleted: true }),
    { do: "settings", to: { time_zone: random.pick(["UTC", "Asia/Kolkata"]) }, pushed: true },
  ]);
  const longer = {
    do: "checkpoint",
    pick: random.below(3),
    parts: use(random, 50),
    ahead: random.pick([null, 150, 400, 2_000]),
    elsewhere: false,
    ...calm,
  } as const;
  const later: readonly [Step, ...Step[]] = [
    { do: "advance", ms: 121_000 },
    { do: "window_end", window: "hourly", ms: random.pick([-1, 0, 60_000]) },
    { do: "window_end", window: random.pick(["daily", "weekly", "monthly"]), ms: random.pick([-1, 0]) },
  ];
  return [
    fund("", 20),
    ask(1),
    set({ holds: random.pick([2, 2, 3]), hard: random.chance(85) }),
    ask(random.between(2, 4)),
    ...(random.chance(50) ? [longer, meanwhile] : [meanwhile, longer]),
    ask(1),
    end(random, { parts: use(random, random.pick([0, 50, 100, 130, 900])) }),
    ...(random.chance(30) ? [withoutAHold(random)] : []),
    random.pick(later),
    ...(random.chance(40) ? [set({ isDeleted: true }), set({ holds: 3 })] : []),
    end(random, { pick: 1, parts: use(random, random.pick([0, 40, 100, 900])) }),
    ask(3),
  ];
}

/** A request that went out while nobody could be asked, at once or a while ago. */
function withoutAHold(random: Random): Step {
  const rest = { pick: 0, isRefused: random.chance(15), wasAsked: false, ageMs: random.pick([0, 60_000, 4_000_000]) };
  return { do: "unreserved", begins: random.chance(50), end: makeSettle(random), ...rest, ...calm };
}
