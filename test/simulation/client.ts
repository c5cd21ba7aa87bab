/** The callers of the simulation: they make commands of steps, and remember what they have sent and what they were given. */
import type {
  AuthorizeCommand,
  Grant,
  RedeemCommand,
  SettleCommand,
  UnreservedRequest,
} from "../../src/contract/commands.ts";
import type { Usage } from "../../src/core/usage.ts";
import type { SimulatedCommand } from "./auditor/auditor.ts";
import type { Records } from "./records.ts";
import { tokenHash } from "./records.ts";
import type { AuthorizeStep, SettleStep, Step, UsageParts } from "./step.ts";
import { MODELS } from "./world.ts";

interface Request {
  readonly command: AuthorizeCommand;
  readonly reservationId: string;
  readonly grant: Grant | null;
}

interface Ticket {
  readonly id: string;
  readonly command: AuthorizeCommand;
}

const NO_TOKENS = {
  input: 0,
  cachedInput: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWrite30m: 0,
  cacheWrite12h: 0,
  audioInput: 0,
  output: 0,
  audioOutput: 0,
};

export class Client {
  readonly #records: Records;
  readonly #requests: Request[] = [];
  readonly #tickets: Ticket[] = [];
  readonly #sent: SimulatedCommand[] = [];
  readonly #unreserved: string[] = [];
  readonly #responseIds: string[] = [];
  #made = 0;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Different in every organization: log rows of all of them lie in one table. */
  nextId(prefix: string): string {
    this.#made += 1;
    const organization = this.#records.organizationId.replace("org_", "");
    return `${prefix}_${organization}${String(this.#made).padStart(6, "0")}`;
  }

  /** What a typical request holds, for amounts that make the wallets neither poor nor rich. */
  get usualHoldNanos(): bigint {
    const held = this.#requests.map(({ grant }) => grant?.heldNanos ?? 0n).filter((nanos) => nanos > 1_000n);
    return held.at(-1) ?? 2_400_000n;
  }

  makeAuthorize(step: AuthorizeStep): AuthorizeCommand {
    const model = MODELS[step.model % MODELS.length] ?? "";
    const endpoint = model.startsWith("claude")
      ? "anthropic.messages"
      : step.responses
        ? "openai.responses"
        : "openai.chat";
    const ticket = step.ticket === null ? null : this.#back(this.#tickets, step.ticket);
    const own: AuthorizeCommand = {
      requestId: this.nextId("req"),
      reservationId: this.nextId("res"),
      credential: { tokenSha256: this.#token(step.key) },
      asserted: { userId: step.user, teamId: step.team, agentId: step.agent, agentRunId: step.run },
      facts: {
        endpoint,
        model,
        streamed: step.streamed,
        inputTokens: {
          o200k: step.tokens,
          claude: Math.ceil(step.tokens * 1.1),
          "claude-4-7": Math.ceil(step.tokens * 1.35),
        },
        outputCapTokens: step.cap,
        choices: step.choices,
        requestedTier: step.tier,
        cacheWrite: step.cacheWrite,
        regional: step.regional,
        calls: { webSearch: step.searches, fileSearch: step.searches > 1 ? 1 : 0, codeInterpreter: 0 },
        ...(step.searches === 2 ? { searchContextSize: "high" as const } : {}),
        ...(step.hasAudio === null ? {} : { audioInput: step.hasAudio, audioOutput: step.hasAudio }),
        previousResponseId: step.previous === null ? null : (this.#back(this.#responseIds, step.previous) ?? "resp_0"),
      },
      requestSha256: this.#bodyHash(),
      ticketId: null,
      clamp: step.clamp,
      zdrMode: step.retention,
      store: step.store,
      forwardedElsewhere: step.elsewhere,
      metadata: Object.fromEntries(Array.from({ length: step.metadata }, (_, index) => [`name${index}`, "value"])),
    };
    if (ticket === null) return own;
    const { credential, asserted, facts, requestSha256 } = ticket.command;
    const borne = { ...own, credential, asserted, facts, requestSha256, ticketId: ticket.id };
    switch (step.bears) {
      case "it":
        return borne;
      case "other body":
        return { ...borne, requestSha256: own.requestSha256 };
      case "other team":
        return { ...borne, asserted: { ...asserted, teamId: asserted.teamId === "blue" ? "red" : "blue" } };
      case "other user":
        return { ...borne, asserted: { ...asserted, userId: asserted.userId === "bob" ? "cyd" : "bob" } };
    }
  }

  /** A payment, refund or dispute of the organization, by its number. */
  paymentName(prefix: "pay" | "rfd" | "dsp", number: number): string {
    return `${prefix}_${this.#records.organizationId.replace("org_", "")}${String(number).padStart(3, "0")}`;
  }

  makeRedeem(step: { readonly pick: number; readonly key: number | null; readonly sameBody: boolean }): RedeemCommand {
    const ticket = this.#back(this.#tickets, step.pick);
    return {
      requestId: this.nextId("req"),
      reservationId: this.nextId("res"),
      credential: {
        tokenSha256:
          step.key === null && ticket !== null ? ticket.command.credential.tokenSha256 : this.#token(step.key ?? 0),
      },
      ticketId: ticket?.id ?? "ctk_unheard_of",
      requestSha256: step.sameBody && ticket !== null ? ticket.command.requestSha256 : "f".repeat(64),
    };
  }

  makeSettle(step: SettleStep): SettleCommand {
    const request = this.#requestAt(step.pick);
    const facts = request?.command.facts;
    const provider = facts?.endpoint === "anthropic.messages" ? "anthropic" : "openai";
    const heldNanos = request?.grant?.heldNanos ?? 0n;
    const usage = step.how === "usage" ? this.makeUsage(step.pick, step.parts) : null;
    return {
      reservationId: request?.reservationId ?? "res_unheard_of",
      ...(step.elsewhere ? { forwardedElsewhere: true as const } : {}),
      status: step.how === "release" ? "upstream_error" : step.remembered ? "client_disconnected" : "completed",
      usage,
      usageSource: step.how === "release" ? "none" : step.parts.spread === 0 ? "estimated" : "provider",
      costUsdNanos: step.how === "cost" ? usdOf(heldNanos, request?.grant?.exchangeRate, step.percent) : null,
      targetId: step.how === "release" && step.remembered ? null : `managed-${provider}`,
      responseModel: step.parts.spread === 1 ? (facts?.model ?? null) : null,
      responseId: step.remembered && usage !== null ? this.#nextResponseId() : null,
      attempts: [],
      latencyMs: 12.5,
      upstreamLatencyMs: 10,
      flags: step.parts.spread === 5 ? ["inconsistent_usage"] : step.percent === 37 ? ["upstream_account_error"] : [],
    };
  }

  /** Of a request like one that was granted; null: none was yet. */
  makeUnreserved(step: Extract<Step, { readonly do: "unreserved" }>, nowMs: number): UnreservedRequest | null {
    const like = this.#requestAt(step.pick);
    if (like === null || like.grant === null) return null;
    const { grant, command } = like;
    const asked = step.wasAsked ? this.#back(this.#requests, step.pick) : null;
    const { endpoint, streamed, model } = command.facts;
    return {
      requestId: this.nextId("req"),
      reservationId: asked?.reservationId ?? this.nextId("res"),
      attribution: grant.attribution,
      endpoint,
      streamed,
      requestedModel: model,
      metadata: command.metadata,
      currency: grant.currency,
      exchangeRate: grant.exchangeRate,
      targets: step.isRefused ? [] : grant.targets,
      zdrMode: "off",
      createdAtMs: nowMs - step.ageMs,
      matched: [],
    };
  }

  /** The request that another one is like. */
  grantedAt(pick: number): string | null {
    const like = this.#requestAt(pick);
    return like === null || like.grant === null ? null : like.reservationId;
  }

  reservationAt(pick: number): string {
    const unreserved = pick % 7 === 6 ? this.#back(this.#unreserved, 0) : null;
    return unreserved ?? this.#requestAt(pick)?.reservationId ?? "res_unheard_of";
  }

  /** So many percent of the cap. */
  tokensAhead(pick: number, percent: number): number {
    const request = this.#requestAt(pick);
    const cap = request?.grant?.outputCapTokens ?? request?.command.facts.outputCapTokens ?? 300;
    return Math.floor((cap * percent) / 100);
  }

  makeUsage(pick: number, parts: UsageParts): Usage {
    const request = this.#requestAt(pick);
    const facts = request?.command.facts;
    const estimated = facts?.inputTokens.o200k ?? 100;
    const cap = request?.grant?.outputCapTokens ?? facts?.outputCapTokens ?? 300;
    const input = Math.floor((estimated * parts.input) / 100);
    const output = Math.floor((cap * parts.output) / 100);
    const part = Math.floor(input / 3);
    const isAnthropic = facts?.endpoint === "anthropic.messages";
    const written = isAnthropic
      ? { cacheWrite5m: part, cacheWrite1h: Math.floor(part / 2) }
      : { cacheWrite30m: part, cacheWrite12h: Math.floor(part / 2) };
    const spreads = [
      { input },
      { input: input - part, cachedInput: part },
      { input: input - part, ...written },
      { input: part, cachedInput: part, ...written },
      { input, audioInput: part, audioOutput: Math.floor(output / 2) },
      { cachedInput: input },
    ];
    const tokens = { ...NO_TOKENS, output, ...spreads[parts.spread % spreads.length] };
    const models = [null, facts?.model ?? null, facts?.model ?? null, "gpt-odd", "claude-full", "gpt-unheard-of"];
    const model = models[parts.model % models.length] ?? null;
    const second = parts.model === 2 ? [{ model: "gpt-plain", tokens: { ...NO_TOKENS, input: 7, output: 3 } }] : [];
    return {
      passes: [{ model, tokens }, ...second],
      tier: parts.tier,
      regional: parts.regional,
      calls: { webSearch: parts.searches, fileSearch: parts.searches > 2 ? 1 : 0, codeInterpreter: 0 },
      ...(parts.searches === 2 ? { searchContextSize: "low" as const } : {}),
      reasoningTokens: Math.floor(output / 4),
      flags: [],
    };
  }

  /** The command that was sent so many commands ago, with other content for a `change` of 1 to 4; null: nothing was sent. */
  makeRepeat(back: number, change: number): SimulatedCommand | null {
    const sent = this.#back(this.#sent, back);
    return sent === null || change === 0 ? sent : changed(sent, change);
  }

  wasGranted(id: string): boolean {
    const isGrantedRequest = this.#requests.some(({ reservationId, grant }) => reservationId === id && grant !== null);
    return isGrantedRequest || this.#unreserved.includes(id);
  }

  remember(sent: SimulatedCommand): void {
    this.#sent.push(sent);
  }

  /** What the caller learns of an answer. */
  learn({ name, command }: SimulatedCommand, reply: unknown): void {
    if (name === "authorizeMany" && Array.isArray(reply)) {
      for (const [index, each] of command.entries()) this.learn({ name: "authorize", command: each }, reply[index]);
      return;
    }
    if (name === "redeemTicket" && isGranted(reply)) {
      const origin = this.#tickets.find(({ id }) => id === command.ticketId);
      if (origin === undefined) return;
      this.#requests.push({ command: origin.command, reservationId: command.reservationId, grant: reply.grant });
    }
    if (name === "beginUnreserved" || name === "settleUnreserved") {
      this.#unreserved.push(name === "beginUnreserved" ? command.reservationId : command.request.reservationId);
    }
    if (name !== "authorize") return;
    const grant = isGranted(reply) ? reply.grant : null;
    const known = this.#requests.findIndex(({ reservationId }) => reservationId === command.reservationId);
    const request = { command, reservationId: command.reservationId, grant };
    if (known === -1) this.#requests.push(request);
    else if (grant !== null) this.#requests[known] = request;
    const ticketId = ticketIn(reply);
    if (ticketId !== null) this.#tickets.push({ id: ticketId, command });
  }

  /** Mostly one of those that were granted: the last ones have low numbers. */
  #requestAt(pick: number): Request | null {
    const granted = this.#requests.filter(({ grant }) => grant !== null);
    return this.#back(pick % 10 === 9 ? this.#requests : granted, pick);
  }

  #token(index: number): string {
    const key = this.#records.keys[index];
    return tokenHash(this.#records.organizationId, key?.token ?? "never issued");
  }

  #bodyHash(): string {
    return String(this.#made).padStart(64, "b");
  }

  #nextResponseId(): string {
    const id = this.nextId("resp");
    this.#responseIds.push(id);
    return id;
  }

  #back<T>(list: readonly T[], back: number): T | null {
    return list.length === 0 ? null : (list[list.length - 1 - (back % list.length)] ?? null);
  }
}

/** A cost in USD that is so many percent of a hold. */
function usdOf(heldNanos: bigint, exchangeRate: string | undefined, percent: number): bigint {
  const [units = "1", digits = ""] = (exchangeRate ?? "1").split(".");
  const rate = BigInt(units + digits);
  const usd = rate === 0n ? 0n : (heldNanos * BigInt(percent) * 10n ** BigInt(digits.length)) / (100n * rate);
  return usd < 10n ** 18n ? usd : 10n ** 18n;
}

function changed(sent: SimulatedCommand, change: number): SimulatedCommand {
  switch (sent.name) {
    case "authorize": {
      const { command } = sent;
      const changes: AuthorizeCommand[] = [
        { ...command, requestSha256: "e".repeat(64) },
        { ...command, clamp: !command.clamp },
        { ...command, facts: { ...command.facts, outputCapTokens: (command.facts.outputCapTokens ?? 0) + 1 } },
        { ...command, asserted: { ...command.asserted, userId: "cyd" } },
      ];
      return { name: "authorize", command: changes[change - 1] ?? command };
    }
    case "redeemTicket":
      return { name: "redeemTicket", command: { ...sent.command, requestSha256: "d".repeat(64) } };
    case "settle": {
      const { command } = sent;
      const changes: SettleCommand[] = [
        { ...command, usage: null, costUsdNanos: (command.costUsdNanos ?? 0n) + 1n },
        { ...command, targetId: null },
        { ...command, usage: command.usage === null ? null : moreOutput(command.usage) },
        { ...command, responseModel: "gpt-alias" },
      ];
      return { name: "settle", command: changes[change - 1] ?? command };
    }
    case "transfer": {
      const { command } = sent;
      const amountNanos = command.amountNanos + 1n;
      return { name: "transfer", command: change > 2 ? { ...command, note: "other" } : { ...command, amountNanos } };
    }
    case "topUp": {
      const { command } = sent;
      const owner = { scope: "user", ownerId: command.owner.ownerId === "cyd" ? "bob" : "cyd" } as const;
      return {
        name: "topUp",
        command: change > 2 ? { ...command, owner } : { ...command, amountNanos: command.amountNanos + 1n },
      };
    }
    case "refundPayment":
      return { name: "refundPayment", command: { ...sent.command, amountNanos: sent.command.amountNanos + 1n } };
    case "disputePayment": {
      const { command } = sent;
      const news = (["won", "lost", "opened"] as const)[change - 1] ?? command.news;
      return { name: "disputePayment", command: { ...command, news, amountNanos: command.amountNanos + 1n } };
    }
    default:
      return sent;
  }
}

function moreOutput(usage: Usage): Usage {
  const [first, ...rest] = usage.passes;
  if (first === undefined) return usage;
  const tokens = { ...first.tokens, output: first.tokens.output + 1 };
  return { ...usage, passes: [{ ...first, tokens }, ...rest] };
}

function isGranted(reply: unknown): reply is { readonly grant: Grant } {
  return typeof reply === "object" && reply !== null && "grant" in reply;
}

function ticketIn(reply: unknown): string | null {
  const failure = memberOf(reply, "failure");
  const id = memberOf(memberOf(failure, "ticket"), "id");
  return typeof id === "string" ? id : null;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : null;
}
