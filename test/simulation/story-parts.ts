/** What stories are made of. */
import type { Random } from "./random.ts";
import { makeAuthorize, makeParts, makeSettle } from "./step.ts";
import type { AuthorizeStep, SettleStep, Step } from "./step.ts";

export const calm = { fault: null } as const;

/** A request of the gateway's own key, which can name anybody. */
export function request(random: Random, rest: Partial<AuthorizeStep>): Step {
  const plain = {
    key: 0,
    agent: null,
    previous: null,
    ticket: null,
    metadata: 0,
    retention: "off",
    store: null,
    clamp: false,
    parallel: 1,
  } as const;
  return { ...makeAuthorize(random), ...plain, cap: random.between(50, 400), tokens: 900, ...rest, ...calm };
}

export function end(random: Random, rest: Partial<SettleStep>): Extract<Step, { readonly do: "settle" }> {
  return { ...makeSettle(random), pick: 0, elsewhere: false, how: "usage", ...rest, ...calm };
}

export function fund(owner: string, holds: number): Step {
  const amount = { amount: "holds", times: holds, byWalletId: false, foreign: false } as const;
  return { do: "transfer", type: "credit", owner, ...amount, ...calm };
}

/** A payment of so many typical holds into the wallet. */
export function pay(payment: number, owner: string, holds: number): Step {
  return { do: "top_up", payment, owner, amount: "holds", times: holds, foreign: false, ...calm };
}

export function use(random: Random, output: number): SettleStep["parts"] {
  return { ...makeParts(random), input: 100, output };
}

/** Without a body of any interest: 900 tokens in, and no cap. */
export const PLAIN_REQUEST: AuthorizeStep = {
  do: "authorize",
  key: 0,
  user: null,
  team: null,
  agent: null,
  run: null,
  model: 0,
  responses: false,
  tokens: 900,
  cap: null,
  choices: 1,
  tier: "standard",
  cacheWrite: "none",
  regional: false,
  searches: 0,
  hasAudio: false,
  clamp: false,
  elsewhere: false,
  streamed: true,
  previous: null,
  ticket: null,
  bears: "it",
  metadata: 0,
  retention: "off",
  store: null,
  parallel: 1,
  together: false,
};
