/** Sequences of steps that seldom come about by chance, and that users live through: what is late, scarce, or changes meanwhile. */
import { budget, overridden } from "./budget-story.ts";
import type { Random } from "./random.ts";
import { makeStep } from "./step.ts";
import type { AuthorizeStep, Profile, Step } from "./step.ts";
import { calm, end, fund, pay, PLAIN_REQUEST, request, use } from "./story-parts.ts";

/** Steps of a run: mostly one by one, now and then a story, so that both meet each other's leftovers. */
export function makeSteps(random: Random, count: number, profile: Profile): readonly Step[] {
  const steps: Step[] = random.chance(20) ? [...otherCurrency(random, profile)] : [];
  while (steps.length < count) {
    if (random.chance(8)) steps.push(...makeStory(random, profile));
    else steps.push(makeStep(random, profile));
  }
  return steps.slice(0, count).map((step) => (profile.isOrderly && "fault" in step ? { ...step, fault: null } : step));
}

function makeStory(random: Random, profile: Profile): readonly Step[] {
  const story = random.pick([
    late,
    seat,
    scarce,
    repriced,
    ticket,
    crash,
    spent,
    barely,
    limited,
    agent,
    budget,
    budget,
    overridden,
    paid,
    disputed,
  ] as const);
  const steps = story(random);
  // Whatever the story is, it may be interrupted.
  const interruption = random.below(steps.length * 3);
  return steps.flatMap((step, index) => (index === interruption ? [makeStep(random, profile), step] : [step]));
}

/** A lease ends at a checkpoint, and the settlement that comes after all is dearer or cheaper. */
function late(random: Random): readonly Step[] {
  const user = random.pick(["ada", "bob", "cyd"]);
  return [
    fund(`user:${user}`, 1),
    fund("team:red", random.between(0, 2) + 1),
    request(random, { user, team: "red" }),
    {
      do: "checkpoint",
      pick: 0,
      parts: use(random, random.pick([50, 130, 900])),
      ahead: random.pick([null, 150, 1_000]),
      elsewhere: false,
      ...calm,
    },
    // One that was held up on its way tells of less.
    ...(random.chance(50)
      ? [{ do: "checkpoint", pick: 0, parts: use(random, 10), ahead: null, elsewhere: false, ...calm } as const]
      : []),
    { do: "advance", ms: 121_000 },
    // Whoever paid for it goes before its end.
    ...(random.chance(40)
      ? [{ do: "close", owner: `user:${user}`, reclaim: true, opensAgain: false, ...calm } as const]
      : []),
    end(random, { parts: use(random, random.pick([0, 20, 100, 130, 900])) }),
    { do: "repeat", back: 0, change: 0, ...calm },
  ];
}

/** A member with a seat asks in one month and is settled in the next. */
function seat(random: Random): readonly Step[] {
  const user = random.pick(["ada", "cyd"]);
  const moment = random.pick([-60_000, -100, 0, 5_000]);
  return [
    { do: "seats", count: 3, credit: random.between(1, 3), members: 3, pushed: true },
    request(random, { user, team: null }),
    {
      do: "checkpoint",
      pick: 0,
      parts: use(random, random.pick([30, 100])),
      ahead: random.pick([null, 150, 1_000]),
      elsewhere: false,
      ...calm,
    },
    { do: "month_end", ms: moment },
    request(random, { user, team: null }),
    { do: "advance", ms: 60_500 },
    end(random, { pick: 1, parts: use(random, random.pick([10, 100, 500])) }),
    end(random, { pick: 0, parts: use(random, random.pick([10, 100, 500])) }),
  ];
}

/** Little money, many requests at once, and costs that are far more than was held. */
function scarce(random: Random): readonly Step[] {
  return [
    fund("user:bob", 1),
    fund("team:red", 2),
    fund("", 2),
    request(random, { user: null, team: "red", parallel: random.between(2, 4) }),
    request(random, { user: null, team: null, parallel: random.between(1, 4) }),
    request(random, { user: "bob", team: "red", parallel: 2 }),
    end(random, { parts: use(random, 900) }),
    end(random, { pick: random.below(5), parts: use(random, 900) }),
    {
      do: "transfer",
      type: "reclaim",
      owner: "team:red",
      amount: "all",
      times: 1,
      byWalletId: false,
      foreign: false,
      ...calm,
    },
  ];
}

/** Prices and exchange rates change while a request runs. */
function repriced(random: Random): readonly Step[] {
  return [
    fund("", random.between(2, 9)),
    request(random, { user: null, team: null, model: random.below(6) }),
    { do: "price", model: random.below(6), factor: random.between(1, 30), pushed: true },
    { do: "exchange_rate", rate: random.pick(["0.92", "1.5", "151.01"]), pushed: true },
    { do: "evict", losesAlarm: false },
    {
      do: "checkpoint",
      pick: 0,
      parts: use(random, 50),
      ahead: random.pick([null, 150, 1_000]),
      elsewhere: false,
      ...calm,
    },
    end(random, { parts: { ...use(random, 120), model: random.between(0, 5) } }),
  ];
}

/** Refused, funded, and redeemed: by its bearer, by another team, with another body, twice. */
function ticket(random: Random): readonly Step[] {
  const user = random.pick(["ada", "stranger"]);
  const first = request(random, { user, team: "red", tokens: 3_000, cap: 4_000, model: 2 });
  const bear = (bears: AuthorizeStep["bears"]): Step => request(random, { ticket: 0, bears });
  return [
    first,
    fund(`user:${user}`, random.between(4, 12)),
    ...(random.chance(30) ? [{ do: "advance", ms: 86_400_000 - 1_000 } as const] : []),
    bear(random.pick(["other team", "other user", "other body"])),
    bear("it"),
    { do: "redeem", pick: 0, key: null, sameBody: true, ...calm },
    end(random, { parts: use(random, 100) }),
  ];
}

/** The answer is lost, the object too, and the caller comes again. */
function crash(random: Random): readonly Step[] {
  const again = { do: "repeat", back: 0, change: 0, ...calm } as const;
  const gone = { do: "evict", losesAlarm: false } as const;
  return [
    fund("team:blue", random.between(1, 6)),
    gone,
    again,
    request(random, { user: null, team: "blue" }),
    gone,
    again,
    { ...end(random, { parts: use(random, 100) }), fault: random.below(6) },
    again,
    gone,
    again,
  ];
}

/** The smallest cap that a request may be lowered to is just what the money covers. */
function barely(random: Random): readonly Step[] {
  const move = { byWalletId: false, foreign: false, times: 1, ...calm } as const;
  return [
    {
      do: "settings",
      to: { minimum_output_tokens: random.pick([1, 64]), default_max_output_tokens: null, clamp: false },
      pushed: true,
    },
    { do: "transfer", type: "allocate", owner: "user:cyd", amount: "all", ...move },
    { do: "transfer", type: "reclaim", owner: "team:newcomers", amount: "all", ...move },
    { do: "transfer", type: "allocate", owner: "user:cyd", amount: "all", ...move },
    { do: "transfer", type: "credit", owner: "team:newcomers", amount: "barely", ...move },
    { ...PLAIN_REQUEST, team: "newcomers", ...calm },
    end(random, { parts: use(random, 100) }),
  ];
}

/** The policies' limit is what the organization assumes anyway, and does not send. */
function limited(random: Random): readonly Step[] {
  return [
    {
      do: "settings",
      to: { default_max_output_tokens: 120, enforce_default_max_output: random.chance(30) },
      pushed: true,
    },
    { do: "policy", id: 1, rule: 2, who: 5, what: 4, limits: random.between(1, 3), pushed: true },
    fund("", 4),
    { ...PLAIN_REQUEST, cap: random.pick([null, 121]), clamp: random.chance(50), ...calm },
    { do: "policy", id: 1, rule: 2, who: 5, what: 4, limits: 0, pushed: true },
  ];
}

/** Before there is any money, the currency may still change; requests for free models run meanwhile. */
function otherCurrency(random: Random, profile: Profile): readonly Step[] {
  const change = (to: "USD" | "EUR" | "JPY"): Step => ({ do: "settings", to: { currency: to }, pushed: true });
  return [
    request(random, { user: null, team: null, model: 2 }),
    change(random.pick(["USD", "EUR", "JPY"])),
    request(random, { ticket: 0, bears: "it" }),
    request(random, { user: null, team: null, model: 6, responses: false }),
    ...(random.chance(50)
      ? [{ do: "advance", ms: 121_000 } as const, { do: "alarm", evenIfNotDue: true } as const]
      : []),
    change(random.pick(["USD", "EUR", "JPY"])),
    // A payment that is disputed leaves every wallet empty.
    ...(random.chance(50)
      ? [
          pay(19, "", 2),
          { do: "dispute", payment: 19, dispute: 190, percent: 100, news: "opened", ...calm } as const,
          change(random.pick(["USD", "EUR", "JPY"])),
          { do: "dispute", payment: 19, dispute: 190, percent: 100, news: "won", ...calm } as const,
        ]
      : []),
    end(random, { how: "cost", percent: 100 }),
    fund("", 3),
    makeStep(random, profile),
    change(random.pick(["USD", "EUR", "JPY"])),
  ];
}

/** An agent uses up what it may, in a window that ends. */
function agent(random: Random): readonly Step[] {
  const ask = (parallel: number): Step => {
    const who = { agent: "agt_two", run: random.pick(["run-1", "run-2"]), parallel };
    return request(random, { user: null, team: null, cap: 100, choices: 1, model: random.below(6), ...who });
  };
  return [
    { do: "agent", id: 1, status: "active", limits: random.between(1, 63), size: random.between(1, 4), pushed: true },
    fund("", 12),
    ask(2),
    {
      do: "checkpoint",
      pick: 0,
      parts: use(random, 50),
      ahead: random.pick([null, 400, 2_000]),
      elsewhere: false,
      ...calm,
    },
    ask(3),
    end(random, { parts: use(random, 100) }),
    { do: "advance", ms: random.pick([1_000, 121_000, 3_600_000, 86_400_000]) },
    end(random, { pick: 1, parts: use(random, 40) }),
    ask(2),
    { do: "alarm", evenIfNotDue: true },
  ];
}

/** A wallet is used up to its last nano-unit, and told of. */
function spent(random: Random): readonly Step[] {
  return [
    fund("team:newcomers", 1),
    request(random, { user: null, team: "newcomers" }),
    end(random, { how: "cost", percent: random.pick([83, 100, 400]) }),
    request(random, { user: null, team: "newcomers" }),
    fund("team:newcomers", 3),
    end(random, { how: "cost", percent: 100 }),
  ];
}

/** A payment is spent, and goes back to the payer all the same: while requests run, in parts, and after its owner has gone. */
function paid(random: Random): readonly Step[] {
  const payment = random.below(40) + 20;
  const owner = random.pick(["user:cyd", "user:stranger", "team:newcomers", "team:blue"]);
  const [scope, id = ""] = owner.split(":");
  const who = scope === "team" ? { user: null, team: id } : { user: id, team: null };
  const refund = (number: number, percent: number | null): Step => {
    return { do: "refund", payment, refund: 4 * payment + number, percent, ...calm };
  };
  const close = { do: "close", owner, reclaim: random.chance(75), opensAgain: false, ...calm } as const;
  return [
    pay(payment, owner, random.between(1, 3)),
    { do: "repeat", back: 0, change: random.below(5), ...calm },
    request(random, who),
    request(random, who),
    end(random, { parts: use(random, random.pick([50, 100, 900])) }),
    refund(0, random.pick([30, 50, 100])),
    ...(random.chance(40) ? [close] : []),
    { do: "repeat", back: 0, change: random.below(2), ...calm },
    refund(1, random.pick([null, 100])),
    request(random, who),
    end(random, { pick: 1, parts: use(random, random.pick([0, 100, 900])) }),
    ...(random.chance(40) ? [close, { do: "advance", ms: 121_000 } as const] : []),
    refund(2, random.pick([null, 100])),
    ...(random.chance(50) ? [fund(owner, random.between(1, 4)), request(random, who)] : []),
  ];
}

/** News of disputes in any order: of a payment that is not there yet, of one that was refunded in part, two at once. */
function disputed(random: Random): readonly Step[] {
  const payment = random.below(40) + 20;
  const owner = random.pick(["", "user:ada", "team:newcomers"]);
  const news = (told: "opened" | "won" | "lost", number = 0): Step => ({
    do: "dispute",
    payment,
    dispute: 4 * payment + number,
    percent: random.pick([40, 60, 100, 300]),
    news: told,
    ...calm,
  });
  const outcome = random.pick(["won", "lost"] as const);
  return [
    ...(random.chance(30) ? [news("opened")] : []),
    pay(payment, owner, random.between(1, 4)),
    ...(random.chance(40)
      ? [{ do: "refund", payment, refund: 4 * payment, percent: random.pick([50, 100]), ...calm } as const]
      : []),
    ...(random.chance(70) ? [news("opened")] : []),
    ...(random.chance(40) ? [news(random.pick(["opened", "won", "lost"]), 1)] : []),
    request(random, {
      user: owner === "user:ada" ? "ada" : null,
      team: owner === "team:newcomers" ? "newcomers" : null,
    }),
    { do: "refund", payment, refund: 4 * payment + 1, percent: random.pick([50, 100, null]), ...calm },
    ...(random.chance(30) && owner !== ""
      ? [{ do: "close", owner, reclaim: true, opensAgain: random.chance(30), ...calm } as const]
      : []),
    news(outcome),
    { do: "repeat", back: 0, change: random.below(4), ...calm },
    news(random.pick(["opened", "won", "lost"])),
  ];
}
