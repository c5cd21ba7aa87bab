/** Takes steps with the object and with the auditor, and stops at the first difference. */
import type {
  DisputeCommand,
  OrganizationRpc,
  RefundCommand,
  TopUpCommand,
  TransferCommand,
} from "../../src/contract/organization-rpc.ts";
import { Auditor } from "./auditor/auditor.ts";
import type { SimulatedCommand } from "./auditor/auditor.ts";
import { free } from "./auditor/books.ts";
import { findDifference, show } from "./auditor/expectation.ts";
import { leftOf, paymentOf } from "./auditor/paying.ts";
import { localMonth, monthEnd } from "./auditor/seating.ts";
import { decimal } from "./auditor/fractions.ts";
import { holdFor } from "./auditor/quotation.ts";
import { windowAround } from "./auditor/windows.ts";
import { budgetChange } from "./budget-change.ts";
import { Checks } from "./checks.ts";
import { Client } from "./client.ts";
import { Difference } from "./difference.ts";
import type { Driver } from "./driver.ts";
import { applyChange } from "./records.ts";
import type { AgentRow, Change, ConstraintRow, PolicyRow, SeatPlanFields } from "./records.ts";
import type { DisputeStep, RefundStep, Step, TopUpStep } from "./step.ts";
import { PLAIN_REQUEST } from "./story-parts.ts";
import type { World } from "./world.ts";
import { MODELS } from "./world.ts";

const LEASE_MS = 120_000;

/** What happened in a run, by kind. */
export type Tally = Record<string, number>;

export class Simulation {
  readonly #driver: Driver;
  readonly #auditor: Auditor;
  readonly #client: Client;
  readonly #checks: Checks;
  #checked = 0;
  readonly tally: Tally = {};

  constructor(driver: Driver, { records }: World) {
    this.#driver = driver;
    this.#auditor = new Auditor(records, LEASE_MS);
    this.#client = new Client(records);
    this.#checks = new Checks(this.#auditor.state);
  }

  async begin(): Promise<void> {
    await this.#driver.writeRecords(this.#auditor.written);
    await this.#send({ name: "wallets", command: null }, null);
    await this.#checkState();
  }

  /** Throws a `Difference`. */
  async take(step: Step): Promise<void> {
    const checks = this.#checked;
    await this.#run(step);
    if (this.#checked === checks) await this.#checkState();
  }

  async #run(step: Step): Promise<void> {
    const driver = this.#driver;
    this.#count(step.do);
    switch (step.do) {
      case "authorize": {
        const commands = Array.from({ length: step.parallel }, () => this.#client.makeAuthorize(step));
        if (step.parallel > 1) this.#count("parallel burst");
        const sent: readonly SimulatedCommand[] =
          step.parallel > 1 && step.together
            ? [{ name: "authorizeMany", command: commands }]
            : commands.map((command) => ({ name: "authorize", command }));
        await this.#sendAll(sent, step.fault);
        return;
      }
      case "redeem":
        await this.#send({ name: "redeemTicket", command: this.#client.makeRedeem(step) }, step.fault);
        return;
      case "settle":
        await this.#send({ name: "settle", command: this.#client.makeSettle(step) }, step.fault);
        return;
      case "settle_many": {
        const command = step.settles.map((settle) => this.#client.makeSettle(settle));
        await this.#send({ name: "settleMany", command }, step.fault);
        return;
      }
      case "checkpoint": {
        const usage = step.parts === null ? null : this.#client.makeUsage(step.pick, step.parts);
        const reservationId = this.#client.reservationAt(step.pick);
        const command = {
          reservationId,
          usage,
          ...(step.elsewhere ? { forwardedElsewhere: true as const } : {}),
          ...(step.ahead === null ? {} : { holdForOutputTokens: this.#client.tokensAhead(step.pick, step.ahead) }),
        };
        await this.#send({ name: "checkpoint", command }, step.fault);
        return;
      }
      case "transfer":
        await this.#send({ name: "transfer", command: this.#makeTransfer(step) }, step.fault);
        return;
      case "top_up":
        await this.#send({ name: "topUp", command: this.#makeTopUp(step) }, step.fault);
        return;
      case "forgo": {
        const command = this.#client.paymentName("pay", step.payment);
        await this.#send({ name: "forgoPayment", command }, step.fault);
        return;
      }
      case "refund":
        await this.#send({ name: "refundPayment", command: this.#makeRefund(step) }, step.fault);
        return;
      case "dispute":
        await this.#send({ name: "disputePayment", command: this.#makeDispute(step) }, step.fault);
        return;
      case "close": {
        const [scope, ownerId = ""] = step.owner.split(":");
        const owner = { scope: scope === "team" ? ("team" as const) : ("user" as const), ownerId };
        const sent: SimulatedCommand = step.opensAgain
          ? { name: "reopenWallet", command: owner }
          : { name: "closeWallet", command: { owner, reclaim: step.reclaim, actor: "key_admin" } };
        await this.#send(sent, step.fault);
        return;
      }
      case "repeat": {
        const again = this.#client.makeRepeat(step.back, step.change);
        if (again === null || idsIn(again).some((id) => this.#isForgotten(id))) return;
        this.#count(step.change === 0 ? "repeated command" : "repeated id with other content");
        await this.#send(again, step.fault);
        return;
      }
      case "unreserved":
        await this.#goUnreserved(step);
        return;
      case "settings":
        await this.#change({ of: "settings", to: step.to }, step.pushed);
        return;
      case "status":
        await this.#change({ of: "status", to: step.to }, step.pushed);
        return;
      case "key": {
        const nowMs = driver.nowMs();
        const revokedAtMs = step.to === "revoked" ? nowMs : null;
        const expiresAtMs = step.to === "expires_soon" ? nowMs + 60_000 : null;
        await this.#change({ of: "key", index: step.index, revokedAtMs, expiresAtMs }, step.pushed);
        return;
      }
      case "team": {
        const memberIds = ["ada", "bob", "cyd"].filter((_, bit) => Math.floor(step.members / 2 ** bit) % 2 === 1);
        await this.#change({ of: "team", index: step.index, memberIds }, step.pushed);
        return;
      }
      case "policy":
        await this.#change({ of: "policy", row: policyOf(step) }, step.pushed);
        return;
      case "seats":
        await this.#change({ of: "seats", to: seatsOf(step) }, step.pushed);
        return;
      case "agent":
        await this.#change({ of: "agent", row: agentRowOf(step) }, step.pushed);
        return;
      case "budget":
        await this.#change(budgetChange(step, this.#client.usualHoldNanos, driver.nowMs()), step.pushed);
        return;
      case "price":
        await this.#changePrice(step);
        return;
      case "exchange_rate": {
        const { currency } = this.#auditor.state.settings;
        await this.#change({ of: "exchange_rate", currency, rate: step.rate }, step.pushed);
        return;
      }
      case "advance":
        await driver.advance(step.ms);
        return;
      case "month_end": {
        const timeZone = this.#auditor.state.settings.time_zone;
        const endMs = monthEnd(localMonth(driver.nowMs(), timeZone), timeZone);
        await driver.advance(Math.max(0, endMs + step.ms - driver.nowMs()));
        return;
      }
      case "window_end": {
        const [, endMs] = windowAround(step.window, driver.nowMs(), this.#auditor.state.settings);
        await driver.advance(Math.max(0, endMs + step.ms - driver.nowMs()));
        return;
      }
      case "jump":
        this.#count(step.ms < 0 ? "clock set back" : "clock set forward");
        await driver.jump(step.ms);
        return;
      case "evict":
        if (step.losesAlarm) driver.loseAlarm();
        if (step.losesAlarm) this.#count("alarm lost");
        this.#auditor.evict();
        await driver.evict();
        return;
      case "alarm":
        await this.#alarm(step.evenIfNotDue);
        return;
      case "deliver":
        await this.#deliver(step);
        return;
      case "control":
        this.#auditor.setControlDown(step.isDown);
        driver.setControlDown(step.isDown);
        if (step.isDown) this.#count("D1 of the records down");
        return;
      case "queue":
        driver.setQueueDown(step.isDown);
        if (step.isDown) this.#count("queue down");
        return;
      case "look": {
        const owner = { userId: step.user, teamId: step.team };
        await this.#send(
          step.at === "wallets"
            ? { name: "wallets", command: null }
            : step.at === "seat"
              ? { name: "seat", command: step.user ?? "bob" }
              : { name: "balance", command: owner },
          null,
        );
        return;
      }
    }
  }

  #send(command: SimulatedCommand, fault: number | null): Promise<void> {
    return this.#sendAll([command], fault);
  }

  /** Sends commands at once: the object decides them one after the other, in this order. */
  async #sendAll(commands: readonly SimulatedCommand[], fault: number | null): Promise<void> {
    const driver = this.#driver;
    const nowMs = driver.nowMs();
    const isFaulty = fault !== null && this.#auditor.isCalm(nowMs);
    if (isFaulty) {
      driver.failNextTransaction(fault);
      this.#count("storage fault");
    }
    const { rpc } = driver;
    const replies = await Promise.all(commands.map((command) => attempt(() => send(rpc, command))));
    this.#auditor.arrive(nowMs);
    const expected = commands.map((command, index) => {
      // The first transaction failed, and nothing came of it. What is sent together is then tried one by one.
      const isAlone = command.name !== "settleMany" && command.name !== "authorizeMany";
      if (isFaulty && index === 0 && isAlone) return FAULT;
      return this.#auditor.expect(command, this.#checks.walletIds, nowMs);
    });
    await this.#depart();
    await this.#checkState();
    for (const [index, command] of commands.entries()) {
      const reply = replies[index];
      const what = `the answer of ${command.name}`;
      if (expected[index] === FAULT) {
        if (reply?.thrown === undefined) throw new Difference(what, "the fault of the storage went unnoticed");
      } else if (reply === undefined || reply.thrown !== undefined) {
        throw new Difference(what, `it threw: ${String(reply?.thrown)}`);
      } else {
        const found = findDifference(expected[index], reply.value, this.#checks.walletIds);
        if (found !== null) throw new Difference(what, `${found}\n  command: ${show(command.command)}`);
        this.#count(answerClass(command.name, reply.value));
        this.#client.learn(command, reply.value);
      }
      this.#client.remember(command);
    }
  }

  async #depart(): Promise<void> {
    if (this.#auditor.isChecking) await this.#driver.rest();
    this.#auditor.depart();
  }

  /** What it was like must still be known, because its price is. */
  async #goUnreserved(step: Extract<Step, { readonly do: "unreserved" }>): Promise<void> {
    const like = this.#client.grantedAt(step.pick);
    const request = this.#client.makeUnreserved(step, this.#driver.nowMs());
    if (request === null || like === null || this.#auditor.state.reservation(like) === null) return;
    if (this.#isForgotten(request.reservationId)) return;
    if (step.begins && !step.isRefused) await this.#send({ name: "beginUnreserved", command: request }, step.fault);
    if (step.end === null) return;
    const { forwardedElsewhere: _never, ...end } = this.#client.makeSettle({
      ...step.end,
      pick: step.pick,
      ...(step.isRefused ? { how: "release" as const } : {}),
    });
    const command = { request, settlement: { ...end, reservationId: request.reservationId } };
    await this.#send({ name: "settleUnreserved", command }, step.begins ? null : step.fault);
  }

  /** Nobody asks for a reservation once more that ended a month ago: its id would be as good as new. */
  #isForgotten(reservationId: string): boolean {
    return this.#client.wasGranted(reservationId) && this.#auditor.state.reservation(reservationId) === null;
  }

  #makeTransfer(step: Extract<Step, { readonly do: "transfer" }>): TransferCommand {
    const { state } = this.#auditor;
    const [scope, owner = ""] = step.owner.split(":");
    const wallet = scope === "" ? state.organizationWallet() : state.books.wallet(scope ?? "", owner);
    const payer = step.type === "allocate" ? state.organizationWallet() : wallet;
    const all = free(payer) > 0n ? free(payer) : 1n;
    const amounts = {
      holds: this.#client.usualHoldNanos * BigInt(step.times) + BigInt(step.times % 3) - 1n,
      all,
      too_much: all + 1n,
      nano: 1n,
      huge: 2n ** 62n,
      none: 0n,
      barely: this.#barely(),
    };
    const walletId = this.#checks.walletIds.get(wallet.name) ?? "wal_unheard_of";
    return {
      commandId: this.#client.nextId("cmd"),
      type: step.type,
      target: step.byWalletId
        ? { walletId, teamId: null, userId: null }
        : {
            walletId: null,
            teamId: scope === "team" ? owner : null,
            userId: scope === "user" ? owner : null,
          },
      amountNanos: amounts[step.amount],
      currency: step.foreign ? "CAD" : state.settings.currency,
      note: null,
      actor: "platform_admin",
    };
  }

  #makeTopUp({ payment, owner: name, amount, times, foreign }: TopUpStep): TopUpCommand {
    const { settings, organizationId } = this.#auditor.state;
    const [scope, ownerId = ""] = name.split(":");
    const amounts = { holds: this.#client.usualHoldNanos * BigInt(times) + 1n, nano: 1n, huge: 2n ** 62n, none: 0n };
    return {
      sessionId: this.#client.paymentName("pay", payment),
      owner:
        scope === "team" || scope === "user" ? { scope, ownerId } : { scope: "organization", ownerId: organizationId },
      amountNanos: amounts[amount],
      currency: foreign ? "CAD" : settings.currency,
      actor: "key_payer",
      note: "by the bank",
    };
  }

  #makeRefund({ payment, refund, percent }: RefundStep): RefundCommand {
    const sessionId = this.#client.paymentName("pay", payment);
    const known = paymentOf(this.#auditor.state, sessionId);
    const left = known === null ? this.#client.usualHoldNanos : leftOf(known);
    return {
      refundId: this.#client.paymentName("rfd", refund),
      sessionId,
      amountNanos: percent === null ? left + 1n : (left * BigInt(percent)) / 100n,
      actor: "platform_admin",
      note: "asked for",
    };
  }

  #makeDispute({ payment, dispute, percent, news }: DisputeStep): DisputeCommand {
    const sessionId = this.#client.paymentName("pay", payment);
    const credited = paymentOf(this.#auditor.state, sessionId)?.credited ?? this.#client.usualHoldNanos;
    return {
      disputeId: this.#client.paymentName("dsp", dispute),
      sessionId,
      amountNanos: (credited * BigInt(percent)) / 100n,
      news,
      actor: "the bank",
      note: `dispute ${news}`,
    };
  }

  /** For a request as the story tells it: 900 tokens in, no cap, one answer. */
  #barely(): bigint {
    const { settings } = this.#auditor.state;
    const rate = this.#auditor.state.exchangeRate();
    const listing = this.#auditor.written.prices.find(({ fields }) => fields.model === "gpt-plain");
    if (listing === undefined || rate === null) return 1n;
    const facts = this.#client.makeAuthorize(PLAIN_REQUEST).facts;
    const terms = { fields: listing.fields, bufferPercent: settings.reserve_buffer_pct, exchangeRate: decimal(rate) };
    return holdFor({ ...terms, facts }, settings.minimum_output_tokens);
  }

  /** A change is saved, and pushed to the object unless the push is lost. */
  async #change(change: Change, pushed: boolean): Promise<void> {
    const written = applyChange(this.#auditor.written, change);
    this.#auditor.write(written);
    await this.#driver.writeRecords(written);
    if (!pushed) {
      this.#count("lost push of a change");
      return;
    }
    const isRead = this.#auditor.refresh(this.#driver.nowMs());
    const { thrown } = await attempt(() => this.#driver.rpc.refreshDirectory());
    if (isRead !== (thrown === undefined)) throw new Difference("the push of a change", String(thrown));
  }

  /** The model's price changes from now on, or a while later. */
  async #changePrice(step: Extract<Step, { readonly do: "price" }>): Promise<void> {
    const model = MODELS[step.model % 6] ?? "";
    const former = this.#auditor.written.prices.find(({ fields }) => fields.model === model);
    if (former === undefined) return;
    const fromMs = this.#driver.nowMs() + (step.factor % 3) * 60_000;
    const row = {
      id: this.#client.nextId("price"),
      fromMs,
      toMs: null,
      fields: { ...former.fields, output_price_per_million: `${step.factor}.${step.factor}` },
    };
    if (this.#auditor.written.prices.some((price) => price.fromMs === fromMs)) return;
    await this.#change({ of: "price", row }, step.pushed);
  }

  async #alarm(evenIfNotDue: boolean): Promise<void> {
    const nowMs = this.#driver.nowMs();
    const alarmAtMs = this.#driver.alarmAtMs();
    const isDue = typeof alarmAtMs === "number" && alarmAtMs <= nowMs;
    if (!isDue && !evenIfNotDue) return;
    if (!(await this.#driver.fireAlarm())) return;
    if (!isDue) this.#count("alarm out of time");
    this.#auditor.arrive(nowMs);
    await this.#depart();
    this.#auditor.alarm(nowMs);
  }

  async #deliver(step: Extract<Step, { readonly do: "deliver" }>): Promise<void> {
    if (step.lost !== "none") this.#count(`${step.lost} lost`);
    if (step.duplicated) this.#count("messages doubled");
    if (step.database !== "works") this.#count(`database ${step.database}`);
    const stored = await this.#driver.deliver(step);
    this.#checks.checkArrivals(stored, step.lost !== "confirmation");
  }

  async #checkState(): Promise<void> {
    this.#checked += 1;
    this.#checks.check(await this.#driver.inspect(this.#checks.since), this.#driver.nowMs());
    this.#checks.checkAlarm(this.#driver.alarmAtMs(), this.#driver.nowMs());
    const [report] = this.#driver.takeReports();
    if (report !== undefined) throw new Difference("what the object reports", report);
  }

  /**
   * The end of a run: nobody calls any more and everything works again. Alarms alone must end every reservation and bring
   * every message to the database.
   */
  async finish(): Promise<void> {
    const driver = this.#driver;
    await this.#loseLastMessages();
    this.#auditor.setControlDown(false);
    driver.setControlDown(false);
    driver.setQueueDown(false);
    const everything = { count: 100, shuffle: 1, lost: "none", duplicated: false, database: "works" } as const;
    for (let round = 0; !this.#isQuiet(); round += 1) {
      if (round > 200) throw new Difference("the end of the run", "two hundred alarms did not bring it about");
      const alarmAtMs = driver.alarmAtMs() ?? driver.nowMs() + LEASE_MS;
      await driver.advance(Math.max(1_000, alarmAtMs - driver.nowMs()));
      await this.#alarm(driver.alarmAtMs() === undefined);
      await this.#checkState();
      for (let batch = 0; batch < 20 && !this.#checks.isShipped(); batch += 1) {
        await driver.awaitMessages();
        this.#checks.checkArrivals(await driver.deliver(everything), true);
      }
      await this.#checkState();
    }
    this.#checks.checkEnd(await driver.readCopy(), await driver.reservations());
  }

  /** The last messages that the queue loses: only an object that sends them again can come to a quiet end. */
  async #loseLastMessages(): Promise<void> {
    for (let credit = 0; credit < 3; credit += 1) {
      const target = { walletId: null, teamId: null, userId: "cyd" };
      const { currency } = this.#auditor.state.settings;
      const commandId = this.#client.nextId("cmd");
      const command = {
        commandId,
        type: "credit",
        target,
        amountNanos: 1n,
        currency,
        note: null,
        actor: "end",
      } as const;
      await this.#send({ name: "transfer", command }, null);
    }
    await this.#driver.advance(1_000);
    const half = { count: 100, shuffle: 2, lost: "messages", duplicated: false, database: "works" } as const;
    this.#checks.checkArrivals(await this.#driver.deliver(half), true);
  }

  #isQuiet(): boolean {
    return this.#auditor.state.open().length === 0 && this.#checks.isShipped();
  }

  #count(kind: string): void {
    this.tally[kind] = (this.tally[kind] ?? 0) + 1;
  }
}

/** Rules of every kind; most of them are off or allow what was allowed anyway, so that requests still come through. */
function policyOf(step: Extract<Step, { readonly do: "policy" }>): PolicyRow {
  const subjects: PolicyRow["subjects"][] = [
    { users: ["ada"] },
    { teams: ["red", "newcomers"] },
    { keys: ["key_bob", "key_narrow"] },
    { service_users: ["svc_robot"] },
    { users: ["bob", "stranger"], teams: ["red"] },
    {},
  ];
  const resources: PolicyRow["resources"][] = [
    { models: ["gpt-odd"] },
    { models: ["claude*", "gpt-n*"] },
    { providers: ["openai"] },
    { models: ["gpt-alias"] },
    { models: ["*"] },
  ];
  const limits: PolicyRow["limits"][] = [
    {},
    { max_output_tokens: 120 },
    { max_cost_per_request: "0.0011" },
    { max_output_tokens: 300, max_cost_per_request: "0.003" },
    { max_cost_per_request: "0.000000001" },
  ];
  const isDeny = step.rule === 0;
  return {
    id: step.id === 0 && !isDeny ? "pol_all" : `pol_${step.id}`,
    effect: isDeny ? "deny" : "allow",
    enabled: step.rule !== 1 || step.id !== 0,
    subjects: isDeny ? (subjects[step.who % 5] ?? {}) : step.id === 0 ? {} : (subjects[step.who] ?? {}),
    resources: isDeny
      ? (resources[step.what % 4] ?? {})
      : { models: ["*"], ...resources[step.id === 0 ? 4 : step.what] },
    limits: isDeny ? {} : (limits[step.limits] ?? {}),
  };
}

/** A constraint for each bit: by run, in a window or in all; each with its own id, so that it counts anew when it is changed. */
function agentRowOf({ id, status, limits, size }: Extract<Step, { readonly do: "agent" }>): AgentRow {
  const all: readonly Omit<ConstraintRow, "id" | "limit">[] = [
    { type: "credits", window: "daily" },
    { type: "credits", window: "run" },
    { type: "tokens", window: "monthly" },
    { type: "tokens", window: "total" },
    { type: "requests", window: "hourly" },
    { type: "requests", window: "weekly" },
  ];
  const limitOf = { credits: 3_000_000n * BigInt(size), tokens: 1_500n * BigInt(size), requests: 2n * BigInt(size) };
  const chosen = all.filter((_, bit) => Math.floor(limits / 2 ** bit) % 2 === 1);
  const agent = id === 0 ? "agt_one" : "agt_two";
  return {
    id: agent,
    status,
    constraints: chosen.map((each) => ({
      ...each,
      id: `con_${agent}_${each.type}_${each.window}`,
      limit: limitOf[each.type],
    })),
  };
}

function seatsOf(step: Extract<Step, { readonly do: "seats" }>): SeatPlanFields {
  const credits = [0n, 3_000_000n, 6_000_000n, 40_000_000n];
  const seated = [[], ["ada"], ["cyd", "ada"], ["ada", "bob", "cyd"], ["bob"], ["cyd", "bob"]];
  return {
    count: step.count,
    monthlyCreditNanos: credits[step.credit] ?? 0n,
    memberIds: seated[step.members] ?? [],
  };
}

const FAULT = Symbol("the storage failed");

interface Attempt {
  readonly value?: unknown;
  readonly thrown?: unknown;
}

async function attempt(call: () => Promise<unknown>): Promise<Attempt> {
  try {
    return { value: await call() };
  } catch (error) {
    return { thrown: error };
  }
}

function send(rpc: OrganizationRpc, { name, command }: SimulatedCommand): Promise<unknown> {
  switch (name) {
    case "authorize":
      return rpc.authorize(command);
    case "redeemTicket":
      return rpc.redeemTicket(command);
    case "authorizeMany":
      return rpc.authorizeMany(command);
    case "settle":
      return rpc.settle(command);
    case "settleMany":
      return rpc.settleMany(command);
    case "beginUnreserved":
      return rpc.beginUnreserved(command);
    case "settleUnreserved":
      return rpc.settleUnreserved(command);
    case "checkpoint":
      return rpc.checkpoint(command);
    case "transfer":
      return rpc.transfer(command);
    case "topUp":
      return rpc.topUp(command);
    case "forgoPayment":
      return rpc.forgoPayment(command);
    case "refundPayment":
      return rpc.refundPayment(command);
    case "disputePayment":
      return rpc.disputePayment(command);
    case "closeWallet":
      return rpc.closeWallet(command);
    case "reopenWallet":
      return rpc.reopenWallet(command);
    case "balance":
      return rpc.balance(command);
    case "wallets":
      return rpc.wallets();
    case "seat":
      return rpc.seat(command);
  }
}

/** The reservations that a command could make. */
function idsIn({ name, command }: SimulatedCommand): readonly string[] {
  switch (name) {
    case "authorize":
    case "redeemTicket":
    case "beginUnreserved":
      return [command.reservationId];
    case "settleUnreserved":
      return [command.request.reservationId];
    case "authorizeMany":
      return command.map(({ reservationId }) => reservationId);
    default:
      return [];
  }
}

/** `authorize: insufficient_funds`, for the tally: what was never answered was never tested. */
function answerClass(name: string, reply: unknown): string {
  const { outcome, failure, status }: { outcome?: string; failure?: { kind?: string }; status?: string } =
    typeof reply === "object" && reply !== null ? { ...reply } : {};
  return `answer ${name}: ${failure?.kind ?? [outcome, status].filter((part) => part !== undefined).join(" ")}`;
}
