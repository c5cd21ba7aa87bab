import { afterEach, describe, expect, it, vi } from "vitest";
import type { AuthorizeReply, RedeemCommand } from "../../src/contract/commands.ts";
import type { CostTicketView } from "../../src/core/failure.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  factsFor,
  granted,
  HOLD_NANOS,
  nextId,
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
