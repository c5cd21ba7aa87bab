/** One thing that happens in a simulation: plain data that means something whatever came before, so that any may be left out. */
import type { Delivery } from "./driver.ts";
import type { Random } from "./random.ts";
import type { BudgetFields, SettingsFields } from "./records.ts";

export interface AuthorizeStep {
  readonly do: "authorize";
  readonly key: number;
  readonly user: string | null;
  readonly team: string | null;
  readonly agent: string | null;
  readonly run: string | null;
  readonly model: number;
  readonly responses: boolean;
  readonly tokens: number;
  readonly cap: number | null;
  readonly choices: number;
  readonly tier: "standard" | "auto" | "flex" | "fast" | "contract";
  readonly cacheWrite: "none" | "automatic" | "5m" | "1h" | "30m" | "12h";
  readonly regional: boolean;
  readonly searches: number;
  readonly hasAudio: boolean | null;
  readonly clamp: boolean;
  readonly elsewhere: boolean;
  readonly streamed: boolean;
  /** Continues a stored response; null: does not. */
  readonly previous: number | null;
  /** Bears a ticket; null: bears none. */
  readonly ticket: number | null;
  /** The request that the ticket was given for, or something else of it. */
  readonly bears: "it" | "other body" | "other team" | "other user";
  readonly metadata: number;
  readonly retention: "off" | "passthrough" | "strict";
  readonly store: boolean | null;
  /** So many of the same, at once. */
  readonly parallel: number;
  /** In one call of the object. */
  readonly together: boolean;
}

export interface UsageParts {
  /** Percent of what was estimated. */
  readonly input: number;
  readonly output: number;
  /** How the tokens are spread over the classes. */
  readonly spread: number;
  readonly tier: "standard" | "flex" | "fast" | "batch" | "contract";
  readonly model: number;
  readonly searches: number;
  readonly regional: boolean;
}

export interface SettleStep {
  readonly do: "settle";
  readonly pick: number;
  readonly how: "usage" | "release" | "cost";
  /** Percent of the hold that a given cost is. */
  readonly percent: number;
  readonly parts: UsageParts;
  readonly elsewhere: boolean;
  readonly remembered: boolean;
}

/** Payments are numbered: any may be refunded or disputed before it is credited, and credited with other content again. */
export interface TopUpStep {
  readonly do: "top_up";
  readonly payment: number;
  readonly owner: string;
  readonly amount: "holds" | "nano" | "huge" | "none";
  readonly times: number;
  readonly foreign: boolean;
}

export interface RefundStep {
  readonly do: "refund";
  readonly payment: number;
  readonly refund: number;
  /** Percent of what is left of the payment; null: a nano-unit more than all of it. */
  readonly percent: number | null;
}

/** A payment that could not be credited goes back to its payer. */
export interface ForgoStep {
  readonly do: "forgo";
  readonly payment: number;
}

export interface DisputeStep {
  readonly do: "dispute";
  readonly payment: number;
  readonly dispute: number;
  /** Percent of the payment. */
  readonly percent: number;
  readonly news: "opened" | "won" | "lost";
}

export type Step =
  | (AuthorizeStep & Faulty)
  | (SettleStep & Faulty)
  | ({ readonly do: "settle_many"; readonly settles: readonly SettleStep[] } & Faulty)
  | ({ readonly do: "redeem"; readonly pick: number; readonly key: number | null; readonly sameBody: boolean } & Faulty)
  | ({
      readonly do: "checkpoint";
      readonly pick: number;
      /** Null: nothing was metered yet. */
      readonly parts: UsageParts | null;
      /** Asks for a hold of so many percent of the cap; null: does not ask. */
      readonly ahead: number | null;
      readonly elsewhere: boolean;
    } & Faulty)
  | ({
      readonly do: "transfer";
      readonly type: "credit" | "allocate" | "reclaim";
      readonly owner: string;
      readonly byWalletId: boolean;
      /** `barely`: what a plain request without a cap holds at the smallest cap that it may be lowered to. */
      readonly amount: "holds" | "all" | "too_much" | "nano" | "huge" | "none" | "barely";
      readonly times: number;
      readonly foreign: boolean;
    } & Faulty)
  | (TopUpStep & Faulty)
  | (RefundStep & Faulty)
  | (ForgoStep & Faulty)
  | (DisputeStep & Faulty)
  | ({ readonly do: "close"; readonly owner: string; readonly reclaim: boolean; readonly opensAgain: boolean } & Faulty)
  /** A request that went out while the object did not answer becomes known to it, and ends. */
  | ({
      readonly do: "unreserved";
      /** What it is like: that of a request that was granted. */
      readonly pick: number;
      readonly begins: boolean;
      readonly end: SettleStep | null;
      /** It was refused, and never left. */
      readonly isRefused: boolean;
      /** The object had been asked for it, and may have made it after all. */
      readonly wasAsked: boolean;
      readonly ageMs: number;
    } & Faulty)
  /** A command that was sent before is sent again, as it was or with other content. */
  | ({ readonly do: "repeat"; readonly back: number; readonly change: number } & Faulty)
  | { readonly do: "settings"; readonly to: SettingsFields; readonly pushed: boolean }
  | { readonly do: "status"; readonly to: "active" | "suspended"; readonly pushed: boolean }
  | {
      readonly do: "key";
      readonly index: number;
      readonly to: "good" | "revoked" | "expires_soon";
      readonly pushed: boolean;
    }
  | { readonly do: "team"; readonly index: number; readonly members: number; readonly pushed: boolean }
  | {
      readonly do: "policy";
      readonly id: number;
      readonly rule: number;
      readonly who: number;
      readonly what: number;
      readonly limits: number;
      readonly pushed: boolean;
    }
  | {
      readonly do: "seats";
      readonly count: number;
      readonly credit: number;
      readonly members: number;
      readonly pushed: boolean;
    }
  | {
      readonly do: "agent";
      readonly id: number;
      readonly status: "active" | "paused";
      /** Which limits, and how large. */
      readonly limits: number;
      readonly size: number;
      readonly pushed: boolean;
    }
  | BudgetStep
  | { readonly do: "price"; readonly model: number; readonly factor: number; readonly pushed: boolean }
  | { readonly do: "exchange_rate"; readonly rate: string | null; readonly pushed: boolean }
  | { readonly do: "advance"; readonly ms: number }
  /** Time passes until so long after the month's end. */
  | { readonly do: "month_end"; readonly ms: number }
  /** Time passes until so long after the end of a window of the organization's calendar. */
  | { readonly do: "window_end"; readonly window: "hourly" | "daily" | "weekly" | "monthly"; readonly ms: number }
  | { readonly do: "jump"; readonly ms: number }
  /** The object is thrown out of memory; `losesAlarm`: with the alarm that it had set. */
  | { readonly do: "evict"; readonly losesAlarm: boolean }
  | { readonly do: "alarm"; readonly evenIfNotDue: boolean }
  | ({ readonly do: "deliver" } & Delivery)
  | { readonly do: "control"; readonly isDown: boolean }
  | { readonly do: "queue"; readonly isDown: boolean }
  | {
      readonly do: "look";
      readonly at: "wallets" | "balance" | "seat";
      readonly user: string | null;
      readonly team: string | null;
    };

/** A budget is made, or changed as a whole. */
export interface BudgetStep {
  readonly do: "budget";
  /** Which of them. */
  readonly id: number;
  readonly isDeleted: boolean;
  readonly scope: number;
  /** A bit for each: hourly, daily, weekly, monthly. */
  readonly windows: number;
  /** How many usual holds the shortest window has room for, and nano-units more. */
  readonly holds: number;
  readonly nanos: number;
  readonly hard: boolean;
  readonly override: { readonly holds: number; readonly ms: number } | null;
  readonly pushed: boolean;
}

interface Faulty {
  /** The transaction fails at this write; null: it does not. */
  readonly fault: number | null;
}

const USERS = ["ada", "bob", "cyd", "stranger"] as const;
const TEAMS = ["red", "blue", "newcomers"] as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `isOrderly` leaves out what only a place with its own storage, D1 and queue can do. */
export interface Profile {
  readonly isOrderly: boolean;
}

/** A likely step. */
export function makeStep(random: Random, profile: Profile): Step {
  const pushed = profile.isOrderly || random.chance(75);
  const kind = random.weighted([
    [22, "authorize"],
    [16, "settle"],
    [3, "settle_many"],
    [5, "redeem"],
    [7, "checkpoint"],
    [10, "transfer"],
    [2, "unreserved"],
    [2, "close"],
    [5, "payment"],
    [11, "repeat"],
    [6, "advance"],
    [2, "jump"],
    [6, "evict"],
    [5, "alarm"],
    [7, "deliver"],
    [6, "change"],
    [2, "look"],
    [1, "outage"],
  ]);
  const fault = !profile.isOrderly && random.chance(4) ? random.below(7) : null;
  switch (kind) {
    case "authorize":
      return { ...makeAuthorize(random), fault };
    case "settle":
      return { ...makeSettle(random), fault };
    case "settle_many":
      return {
        do: "settle_many",
        settles: Array.from({ length: random.between(2, 5) }, () => makeSettle(random)),
        fault,
      };
    case "redeem": {
      const key = random.chance(75) ? null : random.below(9);
      return { do: "redeem", pick: recent(random), key, sameBody: random.chance(85), fault };
    }
    case "checkpoint": {
      const parts = random.chance(80) ? makeParts(random) : null;
      const ahead = random.pick([null, null, 50, 150, 400, 100_000]);
      return { do: "checkpoint", pick: recent(random), parts, ahead, elsewhere: random.chance(10), fault };
    }
    case "unreserved":
      return {
        do: "unreserved",
        pick: recent(random),
        begins: random.chance(50),
        end: random.chance(85) ? makeSettle(random) : null,
        isRefused: random.chance(15),
        wasAsked: random.chance(30),
        ageMs: random.pick([0, 5_000, 60_000, 31 * DAY_MS]),
        fault,
      };
    case "transfer":
      return { ...makeTransfer(random), fault };
    case "payment":
      return { ...makePayment(random), fault };
    case "close": {
      const owner = random.pick(["user:stranger", "team:newcomers", "user:bob", "team:blue"]);
      return { do: "close", owner, reclaim: random.chance(75), opensAgain: random.chance(30), fault };
    }
    case "repeat":
      return { do: "repeat", back: recent(random), change: random.chance(70) ? 0 : random.between(1, 4), fault };
    case "advance":
      return { do: "advance", ms: makeDuration(random) };
    case "jump":
      return { do: "jump", ms: makeDuration(random) * random.pick([1, -1]) };
    case "evict":
      return { do: "evict", losesAlarm: !profile.isOrderly && random.chance(15) };
    case "alarm":
      return { do: "alarm", evenIfNotDue: random.chance(40) };
    case "deliver":
      return { do: "deliver", ...makeDelivery(random) };
    case "change":
      return makeChange(random, pushed);
    case "look": {
      const at = random.pick(["wallets", "balance", "seat"]);
      return { do: "look", at, user: random.pick([null, ...USERS]), team: random.pick([null, null, ...TEAMS]) };
    }
    case "outage":
      if (profile.isOrderly) return { do: "evict", losesAlarm: false };
      return random.chance(50)
        ? { do: "control", isDown: random.chance(40) }
        : { do: "queue", isDown: random.chance(40) };
  }
}

/** 0 is the last one; rarely far back. */
function recent(random: Random): number {
  return random.chance(75) ? random.below(6) : random.below(60);
}

export function makeAuthorize(random: Random): AuthorizeStep {
  const key = random.chance(60) ? 0 : random.below(9);
  // Only a gateway's key may name others.
  const names = key === 0 || key === 4 || key === 6 || random.chance(15);
  return {
    do: "authorize",
    key,
    user: names && random.chance(65) ? random.pick(USERS) : null,
    team: names && random.chance(35) ? random.pick(TEAMS) : null,
    agent: names && random.chance(35) ? pickAgent(random) : null,
    run: random.pick([null, "run-1", "run-2"]),
    model: random.weighted([
      [80, random.below(6)],
      [20, random.below(10)],
    ]),
    responses: random.chance(25),
    tokens: random.weighted([
      [5, random.between(1, 3_000)],
      [1, random.below(2)],
    ]),
    cap: random.chance(75) ? random.between(1, 600) : null,
    choices: random.chance(85) ? 1 : random.between(2, 4),
    tier: random.weighted([
      [6, "standard"],
      [2, "auto"],
      [1, "flex"],
      [1, "fast"],
      [1, "contract"],
    ]),
    cacheWrite: random.pick(["none", "none", "automatic", "5m", "1h", "30m", "12h"]),
    regional: random.chance(15),
    searches: random.chance(15) ? random.between(1, 3) : 0,
    hasAudio: random.pick([null, false, true]),
    clamp: random.chance(20),
    elsewhere: key === 0 || key > 4 ? random.chance(30) : random.chance(4),
    streamed: random.chance(50),
    previous: random.chance(5) ? recent(random) : null,
    ticket: random.chance(12) ? recent(random) : null,
    bears: random.weighted([
      [6, "it"],
      [1, "other body"],
      [1, "other team"],
      [1, "other user"],
    ]),
    metadata: random.chance(90) ? random.below(3) : 17,
    retention: random.weighted([
      [9, "off"],
      [1, "passthrough"],
      [1, "strict"],
    ]),
    store: random.chance(10) ? random.chance(50) : null,
    parallel: random.chance(85) ? 1 : random.between(2, 6),
    together: random.chance(50),
  };
}

function pickAgent(random: Random): string {
  return random.weighted([
    [5, "agt_one"],
    [5, "agt_two"],
    [1, "crawler"],
    [1, random.pick(["not an id", "agt_nobody"])],
  ]);
}

export function makeParts(random: Random): UsageParts {
  return {
    input: random.pick([0, 50, 100, 100, 100, 101, 250]),
    output: random.pick([0, 1, 50, 100, 100, 130, 900]),
    spread: random.below(6),
    tier: random.weighted([
      [6, "standard"],
      [1, "flex"],
      [1, "fast"],
      [1, "batch"],
      [1, "contract"],
    ]),
    model: random.below(6),
    searches: random.chance(12) ? random.between(1, 4) : 0,
    regional: random.chance(15),
  };
}

export function makeSettle(random: Random): SettleStep {
  return {
    do: "settle",
    pick: recent(random),
    how: random.weighted([
      [7, "usage"],
      [2, "release"],
      [2, "cost"],
    ]),
    percent: random.pick([0, 37, 83, 100, 100, 101, 400, 100_000]),
    parts: makeParts(random),
    elsewhere: random.chance(8),
    remembered: random.chance(15),
  };
}

function makeTransfer(random: Random): Omit<Extract<Step, { readonly do: "transfer" }>, "fault"> {
  return {
    do: "transfer",
    type: random.weighted([
      [7, "credit"],
      [4, "allocate"],
      [3, "reclaim"],
    ]),
    owner: random.pick(["", "", ...USERS.map((id) => `user:${id}`), ...TEAMS.map((id) => `team:${id}`)]),
    byWalletId: random.chance(20),
    amount: random.weighted([
      [16, "holds"],
      [4, "all"],
      [2, "too_much"],
      [2, "nano"],
      [1, "none"],
      [1, random.chance(10) ? "huge" : "holds"],
    ]),
    times: random.between(1, 12),
    foreign: random.chance(4),
  };
}

function makePayment(random: Random): TopUpStep | RefundStep | ForgoStep | DisputeStep {
  const payment = random.below(PAYMENTS);
  const kind = random.weighted([
    [8, "top_up"],
    [6, "refund"],
    [1, "forgo"],
    [8, "dispute"],
  ]);
  if (kind === "forgo") return { do: "forgo", payment };
  if (kind === "top_up") return makeTopUp(random, payment);
  return kind === "refund" ? makeRefund(random, payment) : makeDispute(random, payment);
}

/** So many in a run: some of them are hit again and again. */
const PAYMENTS = 12;

export function makeTopUp(random: Random, payment: number): TopUpStep {
  return {
    do: "top_up",
    payment,
    owner: random.pick(["", "", ...USERS.map((id) => `user:${id}`), ...TEAMS.map((id) => `team:${id}`)]),
    amount: random.weighted([
      [16, "holds"],
      [2, "nano"],
      [1, "none"],
      [1, random.chance(10) ? "huge" : "holds"],
    ]),
    times: random.between(1, 6),
    foreign: random.chance(4),
  };
}

export function makeRefund(random: Random, payment: number): RefundStep {
  return {
    do: "refund",
    payment,
    refund: random.below(3 * PAYMENTS),
    percent: random.pick([null, 0, 30, 50, 100, 100]),
  };
}

export function makeDispute(random: Random, payment: number): DisputeStep {
  return {
    do: "dispute",
    payment,
    // Mostly the payment's own; now and then another one's.
    dispute: random.chance(90) ? 2 * payment + random.below(2) : random.below(2 * PAYMENTS),
    percent: random.pick([0, 40, 100, 100, 300]),
    news: random.pick(["opened", "opened", "won", "lost"]),
  };
}

function makeDuration(random: Random): number {
  return random.pick([
    40,
    300,
    5_000,
    11_000,
    16_000,
    45_000,
    121_000,
    random.between(1, 30) * MINUTE_MS,
    random.chance(30) ? DAY_MS : 61_000,
    random.chance(15) ? 31 * DAY_MS : 130_000,
  ]);
}

function makeDelivery(random: Random): Delivery {
  return {
    count: random.pick([1, 5, 100, 100]),
    shuffle: random.below(1_000_000),
    lost: random.weighted([
      [6, "none"],
      [1, "messages"],
      [1, "confirmation"],
    ]),
    duplicated: random.chance(20),
    database: random.weighted([
      [7, "works"],
      [1, "fails"],
      [1, "halves"],
    ]),
  };
}

function makeChange(random: Random, pushed: boolean): Step {
  switch (
    random.pick([
      "settings",
      "settings",
      "key",
      "key",
      "team",
      "price",
      "exchange_rate",
      "status",
      "policy",
      "policy",
      "agent",
      "agent",
      "seats",
      "seats",
      "budget",
      "budget",
    ] as const)
  ) {
    case "settings":
      return { do: "settings", to: makeSettings(random), pushed };
    case "key":
      return {
        do: "key",
        index: random.below(9),
        to: random.pick(["good", "good", "revoked", "expires_soon"]),
        pushed,
      };
    case "team":
      return { do: "team", index: random.below(2), members: random.below(8), pushed };
    case "policy":
      return {
        do: "policy",
        id: random.below(3),
        rule: random.below(6),
        who: random.below(6),
        what: random.below(5),
        limits: random.below(6),
        pushed,
      };
    case "seats":
      return {
        do: "seats",
        count: random.below(4),
        credit: random.below(4),
        members: random.below(6),
        pushed,
      };
    case "budget":
      return { ...makeBudget(random), pushed };
    case "agent":
      return {
        do: "agent",
        id: random.below(2),
        status: random.chance(85) ? "active" : "paused",
        limits: random.below(64),
        size: random.between(1, 8),
        pushed,
      };
    case "price":
      return { do: "price", model: random.below(7), factor: random.between(1, 30), pushed };
    case "exchange_rate": {
      const rate = random.pick(["0.92", "0.92", null, "0.92", "1.234567891", "0.000000001", "149.37", "150"]);
      return { do: "exchange_rate", rate, pushed };
    }
    case "status":
      return { do: "status", to: random.chance(80) ? "active" : "suspended", pushed };
  }
}

export function makeBudget(random: Random): BudgetStep {
  return {
    do: "budget",
    id: random.below(5),
    isDeleted: random.chance(20),
    scope: random.below(BUDGET_SCOPES.length),
    windows: random.between(1, 15),
    holds: random.weighted([
      [8, random.between(2, 12)],
      [1, 0],
    ]),
    nanos: random.pick([0, 0, 1, 7]),
    hard: random.chance(75),
    override: random.chance(25) ? { holds: random.below(12), ms: random.pick([30_000, 3_600_000, 86_400_000]) } : null,
    pushed: true,
  };
}

/** Whose spend a budget counts, or on what. */
export const BUDGET_SCOPES = [
  { type: "organization", id: null },
  { type: "team", id: "red" },
  { type: "team", id: "newcomers" },
  { type: "user", id: "ada" },
  { type: "user", id: "bob" },
  { type: "service_user", id: "svc_robot" },
  { type: "agent", id: "agt_two" },
  { type: "agent", id: "crawler" },
  { type: "key", id: "key_gateway" },
  { type: "key", id: "key_bob" },
  { type: "model", id: "gpt-odd" },
  { type: "model", id: "claude*" },
  { type: "model", id: "gpt-alias" },
  { type: "tag", id: "unit:lab" },
  { type: "tag", id: "class:odd" },
] as const satisfies readonly BudgetFields["scope"][];

/** One setting, or several. */
export function makeSettings(random: Random): SettingsFields {
  return {
    ...(random.chance(12) ? { currency: random.pick(["USD", "EUR", "JPY"] as const) } : {}),
    ...(random.chance(50) ? { reserve_buffer_pct: random.pick([0, 20, 12.5, 33.33, 400]) } : {}),
    ...(random.chance(30) ? { default_max_output_tokens: random.pick([null, 50, 120, 300, 500, 5_000]) } : {}),
    ...(random.chance(30) ? { enforce_default_max_output: random.chance(50) } : {}),
    ...(random.chance(30) ? { minimum_output_tokens: random.pick([1, 64, 1_024]) } : {}),
    ...(random.chance(30) ? { clamp: random.chance(50) } : {}),
    ...(random.chance(20) ? { on_hold_exhausted: random.pick(["finish", "stop"] as const) } : {}),
    ...(random.chance(20) ? { on_client_disconnect: random.pick(["abort", "drain"] as const) } : {}),
    ...(random.chance(30) ? { allow_unpriced: random.chance(50) } : {}),
    ...(random.chance(20)
      ? { time_zone: random.pick(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]) }
      : {}),
    ...(random.chance(20) ? { week_starts_on: random.pick(["monday", "sunday", "saturday"] as const) } : {}),
    ...(random.chance(30) ? { alert_threshold_pct: random.pick([0, 20, 100]) } : {}),
  };
}
