import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AuthorizeReply, RedeemCommand } from "../../src/contract/commands.ts";
import type { CostTicketView } from "../../src/core/failure.ts";
import { addGateway, configure } from "../support/worker-gateways.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  factsFor,
  granted,
  HOLD_NANOS,
  nextId,
  settleCommand,
  tokenHash,
  transferCommand,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

function create(): Promise<TestOrganization> {
  return createOrganization({
    keys: [
      { token: "gateway", mayAssertIdentity: true, capabilities: ["control_plane"] },
      { token: "other", mayAssertIdentity: true, capabilities: ["control_plane"] },
    ],
  });
}

function ticketOf(reply: AuthorizeReply): CostTicketView {
  const failure = failureOf(reply);
  if (failure.kind !== "insufficient_funds" || failure.ticket === null) throw new Error(`no ticket: ${failure.kind}`);
  return failure.ticket;
}

function redeemCommand(
  organization: TestOrganization,
  ticketId: string,
  rest: Partial<RedeemCommand> = {},
): RedeemCommand {
  return {
    requestId: nextId("req"),
    reservationId: nextId("res"),
    credential: { tokenSha256: tokenHash(organization.id, "gateway") },
    ticketId,
    requestSha256: "a".repeat(64),
    ...rest,
  };
}

describe("cost tickets", () => {
  it("freezes the hold, says what is affordable, and comes again for a repeat", async () => {
    const organization = await create();
    const { stub } = organization;
    // 1,000 input tokens are 1,200,000; the rest pays for a quarter of the output.
    await stub.transfer(transferCommand({ amountNanos: 1_500_000n }));
    const command = authorizeCommand(organization, "gateway");
    const reply = await stub.authorize(command);
    expect(failureOf(reply)).toMatchObject({
      requiredNanos: HOLD_NANOS,
      availableNanos: 1_500_000n,
      scope: "organization",
    });
    const ticket = ticketOf(reply);
    expect(ticket).toMatchObject({ estimatedCostNanos: HOLD_NANOS, affordableOutputTokens: 25, currency: "USD" });
    expect(ticketOf(await stub.authorize(command))).toEqual(ticket);
  });

  it("leaves one row and event for a request that a redemption refuses, and none for a ticket that is no good", async () => {
    const organization = await create();
    const { stub } = organization;
    const command = authorizeCommand(organization, "gateway", {
      metadata: { job: "nightly" },
      asserted: { userId: "ada" },
    });
    const { id } = ticketOf(await stub.authorize(command));
    const unknown = redeemCommand(organization, "ctk_unknown");
    expect(failureOf(await stub.redeemTicket(unknown)).kind).toBe("ticket_invalid");
    const short = redeemCommand(organization, id);
    for (let times = 0; times < 2; times++) expect(ticketOf(await stub.redeemTicket(short)).id).toBe(id);
    await changeRecords(organization, "UPDATE organizations SET status = 'suspended' WHERE id = ?", organization.id);
    const suspended = redeemCommand(organization, id);
    expect(failureOf(await stub.redeemTicket(suspended))).toEqual({ kind: "organization_suspended" });
    const messagesOf = (requestId: string) => delivered.filter(({ spend_log: log }) => log?.request_id === requestId);
    await vi.waitFor(() => expect(messagesOf(suspended.requestId)).not.toHaveLength(0), { timeout: 10_000 });
    const rows = messagesOf(short.requestId).map(({ spend_log: log, event }) => ({ log, event }));
    expect(new Set(rows.map(({ log }) => log?.id)).size).toBe(1);
    expect(rows[0]).toMatchObject({
      log: {
        status: "refused",
        flags: ["insufficient_funds"],
        requested_model: command.facts.model,
        endpoint: "openai.chat",
        user_id: "ada",
        metadata: { job: "nightly" },
        reservation_id: null,
        total_cost_nanos: "0",
      },
      event: { decision: "deny", failure_kind: "insufficient_funds", bodies: "elsewhere" },
    });
    expect(messagesOf(suspended.requestId)[0]?.spend_log).toMatchObject({ flags: ["organization_suspended"] });
    expect(messagesOf(unknown.requestId)).toEqual([]);
  });

  it("is redeemed once, on model traffic, at the frozen amount", async () => {
    const organization = await create();
    const { stub } = organization;
    const { id } = ticketOf(await stub.authorize(authorizeCommand(organization, "gateway")));
    const short = await stub.authorize(authorizeCommand(organization, "gateway", { ticketId: id }));
    expect(ticketOf(short).id).toBe(id);
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    const command = authorizeCommand(organization, "gateway", { ticketId: id });
    const grant = granted(await stub.authorize(command));
    expect(grant).toMatchObject({ heldNanos: HOLD_NANOS, ticketId: id });
    expect(granted(await stub.authorize(command))).toEqual(grant);
    const again = await stub.authorize(authorizeCommand(organization, "gateway", { ticketId: id }));
    expect(ticketOf(again).id).not.toBe(id);
  });

  it("lets only one of many parallel redemptions through", async () => {
    const organization = await create();
    const { stub } = organization;
    const { id } = ticketOf(await stub.authorize(authorizeCommand(organization, "gateway")));
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 10n }));
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => stub.redeemTicket(redeemCommand(organization, id))),
    );
    expect(replies.filter((reply) => reply.outcome === "authorized")).toHaveLength(1);
    const refused = replies.filter((reply) => reply.outcome === "refused").map(failureOf);
    expect(refused).toEqual(Array.from({ length: 9 }, () => ({ kind: "ticket_invalid", reason: "redeemed" })));
  });

  it("tells a gateway why a ticket cannot be redeemed", async () => {
    const organization = await create();
    const { stub } = organization;
    const { id } = ticketOf(await stub.authorize(authorizeCommand(organization, "gateway")));
    const reasonFor = async (command: RedeemCommand) => failureOf(await stub.redeemTicket(command));
    expect(await reasonFor(redeemCommand(organization, "ctk_none"))).toMatchObject({ reason: "unknown" });
    expect(await reasonFor(redeemCommand(organization, id, { requestSha256: "b".repeat(64) }))).toMatchObject({
      reason: "mismatch",
    });
    const stranger = { tokenSha256: tokenHash(organization.id, "other") };
    expect(await reasonFor(redeemCommand(organization, id, { credential: stranger }))).toMatchObject({
      reason: "mismatch",
    });
    expect(await reasonFor(redeemCommand(organization, id))).toMatchObject({
      kind: "insufficient_funds",
      ticket: { id },
    });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY_MS });
    expect(await reasonFor(redeemCommand(organization, id))).toMatchObject({ reason: "expired" });
  });

  it("does not pay for another user's request", async () => {
    const organization = await create();
    const { stub } = organization;
    const ask = (userId: string, ticketId: string | null) =>
      stub.authorize(authorizeCommand(organization, "gateway", { asserted: { userId }, ticketId }));
    const { id } = ticketOf(await ask("ada", null));
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    expect(granted(await ask("bob", id)).ticketId).toBeNull();
  });
});

/** Saves an access policy behind the one that allows everything. */
function addPolicy(organization: TestOrganization, policy: object): Promise<void> {
  return changeRecords(
    organization,
    "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, 'access', 'new', ?, 0)",
    nextId("pol"),
    organization.id,
    JSON.stringify({ name: "new", ...policy }),
  );
}

describe("a ticket slips past nothing that came after it", () => {
  const ALL = { effect: "allow", resources: { models: ["*"] } };

  async function createWithTicket(facts = factsFor()) {
    const organization = await create();
    const asked = { facts, metadata: { note: "text of the caller" } };
    const { id } = ticketOf(await organization.stub.authorize(authorizeCommand(organization, "gateway", asked)));
    await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 100n }));
    const send = () =>
      organization.stub.authorize(authorizeCommand(organization, "gateway", { ...asked, ticketId: id }));
    const redeem = () => organization.stub.redeemTicket(redeemCommand(organization, id));
    return { organization, id, send, redeem };
  }

  it("a policy's cap of output tokens, of a request without its own", async () => {
    const { organization, send, redeem } = await createWithTicket(factsFor({ outputCapTokens: null }));
    await addPolicy(organization, { ...ALL, limits: { max_output_tokens: 50 } });
    expect(failureOf(await redeem())).toMatchObject({
      kind: "access_denied",
      limit: { name: "max_output_tokens", allowedOutputTokens: 50 },
    });
    expect(granted(await send())).toMatchObject({ ticketId: null, outputCapTokens: 50 });
  });

  it("a policy's cost of a request, without the buffer; one that is just enough lets it through", async () => {
    const { organization, redeem } = await createWithTicket();
    await addPolicy(organization, { ...ALL, limits: { max_cost_per_request: "0.001999" } });
    expect(failureOf(await redeem())).toMatchObject({ kind: "access_denied", limit: { name: "max_cost_per_request" } });
    await changeRecords(organization, "UPDATE policies SET body_json = replace(body_json, '0.001999', '0.002')");
    expect(granted(await redeem())).toMatchObject({ heldNanos: HOLD_NANOS });
  });

  it("a dearer target: it pays where it was frozen for, and anywhere that costs no more", async () => {
    const offer = (id: string, output: number): string =>
      `    - {id: ${id}, provider: openai, base_url: "https://${id}.example.com/v1", model: m, ` +
      `pricing: {input_price_per_million: 1, output_price_per_million: ${output}}}\n`;
    const organization = await create();
    const { stub } = organization;
    const gatewayId = await addGateway(organization, ["gateway"]);
    const configureTargets = (...targets: string[]) =>
      configure(organization, gatewayId, `providers:\n  targets:\n${targets.join("")}`);
    await configureTargets(offer("cheap", 10));
    const ask = (ticketId: string | null = null) =>
      stub.authorize(authorizeCommand(organization, "gateway", { facts: factsFor({ model: "m" }), ticketId }));
    const { id } = ticketOf(await ask());
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 100n }));
    for (const targets of [[offer("cheap", 11)], [offer("cheap", 10), offer("dear", 1_000)]]) {
      // oxlint-disable-next-line no-await-in-loop -- one configuration after the other
      await configureTargets(...targets);
      // oxlint-disable-next-line no-await-in-loop -- under this configuration
      expect(failureOf(await stub.redeemTicket(redeemCommand(organization, id)))).toMatchObject({
        kind: "ticket_invalid",
        reason: "mismatch",
      });
    }
    // (1,000 × 1 + 100 × 1,000) per million, and a fifth.
    expect(granted(await ask(id))).toMatchObject({ ticketId: null, heldNanos: 121_200_000n });
    await configureTargets(offer("cheaper", 5), offer("cheap", 10));
    expect(granted(await ask(id))).toMatchObject({ ticketId: id, heldNanos: HOLD_NANOS });
  });

  it("strict zero data retention: what was kept for the ticket comes to no row", async () => {
    for (const way of ["send", "redeem"] as const) {
      const made = await createWithTicket();
      const { organization } = made;
      await changeRecords(
        organization,
        "UPDATE organizations SET settings_json = ? WHERE id = ?",
        JSON.stringify({ zdr_mode: "strict" }),
        organization.id,
      );
      const grant = granted(await made[way]());
      expect(grant).toMatchObject({ ticketId: made.id, zdrMode: "strict" });
      const stored = await runInDurableObject(organization.stub, async (_object, { storage }) =>
        storage.sql.exec("SELECT * FROM reservation").toArray(),
      );
      expect(JSON.stringify(stored)).not.toContain("text of the caller");
      await organization.stub.settle(settleCommand(grant.reservationId));
      const rowOf = () => delivered.find(({ spend_log: log }) => log?.request_id === grant.requestId)?.spend_log;
      await expect.poll(rowOf, { timeout: 5_000 }).toMatchObject({ status: "completed" });
      expect(rowOf()?.metadata).toEqual({});
    }
  });

  it("what the key that redeems it has left of its limits", async () => {
    const organization = await createOrganization({
      settings: { rate_limits: { per_key: { rpm: 1 } } },
      members: [{ id: "mem_of_keys", name: "Ada" }],
      keys: ["a", "b"].map((token) => ({ id: `key_${token}`, token, memberId: "mem_of_keys" })),
    });
    const { stub } = organization;
    const { id } = ticketOf(await stub.authorize(authorizeCommand(organization, "a")));
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 10n }));
    granted(await stub.authorize(authorizeCommand(organization, "b")));
    expect(failureOf(await stub.authorize(authorizeCommand(organization, "b", { ticketId: id })))).toMatchObject({
      kind: "rate_limited",
      scope: { type: "key", id: "key_b" },
    });
    const grant = granted(await stub.authorize(authorizeCommand(organization, "a", { ticketId: id })));
    expect(grant).toMatchObject({ ticketId: id, attribution: { keyId: "key_a" } });
  });

  it("a deny for the key of the same gateway that redeems it", async () => {
    const organization = await createOrganization({
      keys: ["a", "b"].map((token) => ({
        id: `key_of_gateway_${token}`,
        token,
        capabilities: ["control_plane"] as const,
      })),
    });
    const { stub } = organization;
    await changeRecords(
      organization,
      "INSERT INTO gateways (id, organization_id, name, created_at_ms) VALUES ('gw_of_keys', ?, 'edge', 0)",
      organization.id,
    );
    await changeRecords(
      organization,
      "UPDATE keys SET gateway_id = 'gw_of_keys' WHERE organization_id = ?",
      organization.id,
    );
    const { id } = ticketOf(await stub.authorize(authorizeCommand(organization, "a")));
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 10n }));
    await addPolicy(organization, { effect: "deny", subjects: { keys: ["key_of_gateway_b"] } });
    const redeemWith = (token: string) =>
      stub.redeemTicket(
        redeemCommand(organization, id, { credential: { tokenSha256: tokenHash(organization.id, token) } }),
      );
    expect(failureOf(await redeemWith("b"))).toMatchObject({ kind: "access_denied", rule: "new" });
    expect(granted(await redeemWith("a"))).toMatchObject({ attribution: { keyId: "key_of_gateway_a" } });
  });
});

describe("output caps", () => {
  it("sets the cap of an uncapped request to what the money covers", async () => {
    const organization = await create();
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: 1_200_000n + 2_000n * 12_000n }));
    const facts = factsFor({ outputCapTokens: null });
    const grant = granted(await stub.authorize(authorizeCommand(organization, "gateway", { facts })));
    expect(grant).toMatchObject({ clamped: true, outputCapTokens: 2_000, availableNanos: 0n });
  });

  it("estimates what authorize would hold, and changes nothing", async () => {
    const organization = await create();
    const { stub } = organization;
    const command = authorizeCommand(organization, "gateway");
    expect(await stub.estimate(command)).toMatchObject({
      holdNanos: HOLD_NANOS,
      payer: null,
      affordableOutputTokens: 0,
    });
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    expect(await stub.estimate(command)).toMatchObject({
      outcome: "estimated",
      holdNanos: HOLD_NANOS,
      payer: { scope: "organization" },
      affordableOutputTokens: 100,
    });
    expect((await stub.balance({ userId: null, teamId: null })).sources[0]?.heldNanos).toBe(0n);
  });
});
