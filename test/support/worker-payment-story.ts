/**
 * Random lives of payments, with a seed: payers, webhooks in any order and number, confirmations, polls, the cron trigger, refunds and
 * disputes, while the ledger is out of reach or crashes right after it has posted. What must come of it is known without the code.
 */
import { env } from "cloudflare:workers";
import { refuse } from "../../src/contract/commands.ts";
import type { OrganizationClient } from "../../src/platform/organization-client.ts";
import { SIGNATURE_HEADER, signBody } from "../../src/platform/payments/sandbox/signature.ts";
import { Random } from "../simulation/random.ts";
import { advanceClock, call, deps, payments, SANDBOX_KEY, send, textOf } from "./worker-api.ts";
import { act, makeCheckout, type Checkout } from "./worker-payments.ts";

type LedgerFault = "none" | "unreachable" | "crash after posting";

const MINUTE_MS = 60_000;
const PAYMENTS = 5;

const KINDS = [
  [8, "payer"],
  [6, "webhooks"],
  [3, "confirm"],
  [3, "poll"],
  [3, "cron"],
  [4, "refund"],
  [3, "refunds at once"],
  [4, "ledger"],
] as const;

export class PaymentStory {
  readonly #random: Random;
  readonly #organization: { readonly id: string; readonly token: string };
  #checkouts: readonly Checkout[] = [];
  #fault: LedgerFault = "none";

  constructor(seed: number, organization: { readonly id: string; readonly token: string }) {
    this.#random = new Random(seed);
    this.#organization = organization;
  }

  get checkouts(): readonly Checkout[] {
    return this.#checkouts;
  }

  /** In place of `deps.organization`: the real one, as far as the fault lets it. */
  wrap(real: OrganizationClient): OrganizationClient {
    const guard = <C, R>(work: (command: C) => Promise<R>) => {
      return async (command: C) => {
        if (this.#fault === "unreachable") return refuse({ kind: "wallet_unavailable" });
        const reply = await work(command);
        if (this.#fault === "crash after posting" && this.#random.chance(60)) throw new Error("crashed after posting");
        return reply;
      };
    };
    return {
      ...real,
      topUp: guard((command) => real.topUp(command)),
      forgoPayment: guard((command) => real.forgoPayment(command)),
      refundPayment: guard((command) => real.refundPayment(command)),
      disputePayment: guard((command) => real.disputePayment(command)),
    };
  }

  async begin(): Promise<void> {
    for (let made = 0; made < PAYMENTS; made += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      this.#checkouts = [
        ...this.#checkouts,
        await makeCheckout({ amount: "25.00" }, Promise.resolve(this.#organization)),
      ];
    }
  }

  async step(): Promise<void> {
    const random = this.#random;
    const checkout = this.#checkouts[random.below(this.#checkouts.length)];
    if (checkout === undefined) throw new Error("the story has not begun");
    const { token } = checkout;
    switch (random.weighted(KINDS)) {
      case "payer":
        await act(
          checkout,
          random.pick([
            "pay",
            "pay",
            "pay_twice",
            "pay_webhook_late",
            "pay_late",
            "decline",
            "cancel",
            "dispute",
            "win_dispute",
            "lose_dispute",
          ]),
        );
        return;
      case "webhooks":
        await this.#redeliver();
        return;
      case "confirm":
        await call("POST /v1/payments/confirm-checkout", { token, body: { session_id: checkout.id } });
        return;
      case "poll":
        await call(`GET /v1/payments/sessions/${checkout.id}`, { token });
        return;
      case "cron":
        advanceClock(random.pick([1, 5, 61]) * MINUTE_MS);
        await payments.maintain();
        return;
      case "refund":
        await this.#refund(checkout);
        return;
      case "refunds at once":
        await Promise.all([this.#refund(checkout), this.#refund(checkout), this.#refund(checkout)]);
        return;
      case "ledger":
        this.#fault = random.pick(["none", "none", "unreachable", "crash after posting"]);
        return;
    }
  }

  /** Everything works again, and hours pass. */
  async rest(): Promise<void> {
    this.#fault = "none";
    for (let hour = 0; hour < 6; hour += 1) {
      advanceClock(61 * MINUTE_MS);
      // oxlint-disable-next-line no-await-in-loop -- the hours come one after the other
      await payments.maintain();
    }
  }

  async #refund({ id }: Checkout): Promise<void> {
    const amount = this.#random.pick(["1.00", "7.50", "24.00", "25.00", undefined]);
    await call("POST /v1/admin/payments/refund", {
      body: { session_id: id, ...(amount === undefined ? {} : { amount }) },
    });
  }

  /** Some of all events that were ever sent, some of them five times, all at once and in another order. */
  async #redeliver(): Promise<void> {
    const { results } = await env.CONTROL_DB.prepare("SELECT body FROM sandbox_deliveries ORDER BY event_id").all();
    const own = results
      .map(({ body }) => textOf(body))
      .filter((body) => this.#checkouts.some(({ id }) => body.includes(id)));
    if (own.length === 0) return;
    const bodies = Array.from({ length: this.#random.between(1, 4) }, () => own[this.#random.below(own.length)] ?? "");
    const all = bodies.flatMap((body) => Array.from({ length: this.#random.pick([1, 5]) }, () => body));
    const shuffled = all.toSorted(() => (this.#random.chance(50) ? 1 : -1));
    await Promise.all(
      shuffled.map(async (body) => {
        const headers = { [SIGNATURE_HEADER]: await signBody(SANDBOX_KEY, body, deps.nowMs()) };
        return send("POST /v1/payments/webhooks/sandbox", { token: null, body, headers });
      }),
    );
  }
}
