/** The event of a request: exactly one, with how it was decided, whatever becomes of the request and its messages. */
import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { newAccessPolicySchema } from "../../src/contract/access-policy.ts";
import type { AuthorizeCommand, AuthorizeReply } from "../../src/contract/commands.ts";
import type { EventMessage } from "../../src/contract/event.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import { delivered, storing } from "../support/worker-main.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  factsFor,
  granted,
  HOLD_NANOS,
  MODEL,
  nextId,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

type TestPolicy = z.input<typeof newAccessPolicySchema>;

const LEASE_MS = 120_000;
const EVERYTHING: TestPolicy = { name: "everything", effect: "allow", resources: { models: ["*"] } };
const NOT_FREE: TestPolicy = { name: "nothing for free", effect: "deny", resources: { models: ["test-free"] } };

afterEach(() => {
  vi.useRealTimers();
});

async function createFunded(
  records: Parameters<typeof createOrganization>[0] = {},
  amountNanos = HOLD_NANOS * 2_000n,
): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }], ...records });
  await organization.stub.transfer(transferCommand({ amountNanos }));
  return organization;
}

/** What the queue got for a request, once it has. */
async function messagesOf({ requestId }: Pick<AuthorizeCommand, "requestId">) {
  const find = () => delivered.filter(({ spend_log: log }) => log?.request_id === requestId);
  await expect.poll(() => find().length, { timeout: 5_000 }).toBeGreaterThan(0);
  return find();
}

async function eventOf(command: Pick<AuthorizeCommand, "requestId">): Promise<EventMessage | undefined> {
  return (await messagesOf(command))[0]?.event;
}

describe("the event of a request", () => {
  it("says that it was allowed, and by which policies, by their names of then", async () => {
    const organization = await createFunded({ accessPolicies: [EVERYTHING] });
    const command = authorizeCommand(organization, "gateway");
    const grant = granted(await organization.stub.authorize(command));
    expect(grant.keepsBodies).toBe(true);
    await changeRecords(
      organization,
      "UPDATE policies SET name = 'renamed' WHERE organization_id = ?",
      organization.id,
    );
    await organization.stub.settle(settleCommand(grant.reservationId));
    expect(await eventOf(command)).toEqual({
      decision: "allow",
      matched: [{ id: expect.stringMatching(/^pol_/), name: "everything", effect: "allow" }],
      failure_kind: null,
      failure_rule: null,
      zdr_mode: "off",
      bodies: "kept",
    });
  });

  it("says that it was denied, by which policy, and which others matched", async () => {
    const organization = await createFunded({ accessPolicies: [EVERYTHING, NOT_FREE] });
    const command = authorizeCommand(organization, "gateway", { facts: factsFor({ model: "test-free" }) });
    const reply = await organization.stub.authorize(command);
    expect(reply).toMatchObject({ outcome: "refused", keepsBodiesAtMs: expect.any(Number) });
    expect(await eventOf(command)).toMatchObject({
      decision: "deny",
      matched: [
        { name: "nothing for free", effect: "deny" },
        { name: "everything", effect: "allow" },
      ],
      failure_kind: "access_denied",
      failure_rule: "nothing for free",
      bodies: "kept",
    });
  });

  it("names what else refused it, beside the policies that would have allowed it", async () => {
    const organization = await createFunded({}, 1n);
    const command = authorizeCommand(organization, "gateway");
    await organization.stub.authorize(command);
    expect(await eventOf(command)).toMatchObject({
      decision: "deny",
      matched: [{ name: "everything" }],
      failure_kind: "insufficient_funds",
      failure_rule: null,
    });
    const stored = authorizeCommand(organization, "gateway", { zdrMode: "passthrough", store: true });
    await organization.stub.authorize(stored);
    expect(await eventOf(stored)).toMatchObject({
      failure_kind: "invalid_request",
      failure_rule: "zdr_not_possible",
      zdr_mode: "passthrough",
      bodies: "kept",
    });
  });

  it.each([
    { name: "strict zero data retention", zdrMode: "strict", settings: {}, bodies: "strict" },
    { name: "the organization's setting", zdrMode: "off", settings: { keep_event_bodies: false }, bodies: "off" },
    { name: "strict before the setting", zdrMode: "strict", settings: { keep_event_bodies: false }, bodies: "strict" },
  ] as const)("keeps no bodies under $name, of an answer or a refusal", async ({ zdrMode, settings, bodies }) => {
    const organization = await createFunded({ settings }, HOLD_NANOS);
    const allowed = authorizeCommand(organization, "gateway", { zdrMode });
    const grant = granted(await organization.stub.authorize(allowed));
    expect(grant).not.toHaveProperty("keepsBodies");
    const refused = authorizeCommand(organization, "gateway", { zdrMode });
    expect(await organization.stub.authorize(refused)).not.toHaveProperty("keepsBodiesAtMs");
    await organization.stub.settle(settleCommand(grant.reservationId));
    expect(await eventOf(allowed)).toMatchObject({ decision: "allow", zdr_mode: zdrMode, bodies });
    expect(await eventOf(refused)).toMatchObject({ decision: "deny", zdr_mode: zdrMode, bodies });
  });

  it("knows that a gateway elsewhere has the bodies", async () => {
    const organization = await createFunded({ keys: [{ token: "control", capabilities: ["control_plane"] }] });
    const command = authorizeCommand(organization, "control", { forwardedElsewhere: true });
    const grant = granted(await organization.stub.authorize(command));
    expect(grant).not.toHaveProperty("keepsBodies");
    await organization.stub.settle(settleCommand(grant.reservationId));
    expect(await eventOf(command)).toMatchObject({ decision: "allow", bodies: "elsewhere" });
  });

  it("comes with the expiry, and not again with a late settlement", async () => {
    const organization = await createFunded();
    const command = authorizeCommand(organization, "gateway");
    const { reservationId } = granted(await organization.stub.authorize(command));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS });
    await organization.stub.wallets();
    await organization.stub.settle(settleCommand(reservationId));
    await organization.stub.settle(settleCommand(reservationId));
    vi.useRealTimers();
    await expect.poll(async () => (await messagesOf(command)).length, { timeout: 5_000 }).toBe(2);
    const messages = await messagesOf(command);
    expect(messages.map(({ spend_log: log, event }) => [log?.id.endsWith("_late"), event?.decision])).toEqual([
      [false, "allow"],
      [true, undefined],
    ]);
  });

  it("of a request that the Worker forwarded by itself says what the Worker saw", async () => {
    const organization = await createFunded();
    const request = unreserved([{ id: "pol_seen", name: "seen", effect: "allow" }]);
    await organization.stub.settleUnreserved({ request, settlement: settleCommand(request.reservationId) });
    expect(await eventOf(request)).toMatchObject({ decision: "allow", matched: request.matched, bodies: "kept" });
    const refused = { ...unreserved([]), targets: [] };
    const settlement = {
      ...releaseCommand(refused.reservationId),
      status: "refused",
      flags: ["wallet_unavailable"],
    } as const;
    await organization.stub.settleUnreserved({ request: refused, settlement });
    expect(await eventOf(refused)).toMatchObject({
      decision: "deny",
      failure_kind: "wallet_unavailable",
      bodies: "unavailable",
    });
  });
});

function unreserved(matched: readonly { readonly id: string; readonly name: string; readonly effect: "allow" }[]) {
  return {
    requestId: nextId("req"),
    reservationId: nextId("res"),
    attribution: {
      keyId: "key_1",
      gatewayId: null,
      userId: null,
      teamId: null,
      serviceUserId: null,
      agentId: null,
      agentRunId: null,
    },
    endpoint: "openai.chat",
    streamed: false,
    requestedModel: MODEL,
    metadata: {},
    currency: "USD",
    exchangeRate: "1",
    zdrMode: "off",
    targets: [{ id: "managed-openai", provider: "openai", baseUrl: null, model: MODEL, price: null }],
    createdAtMs: Date.now(),
    matched,
    keepsBodies: true,
  } as const;
}

/** The ends that requests can have, in turn. */
const ENDS = ["settled", "released", "aborted", "expired", "late", "denied", "broke"] as const;
const REQUESTS = 1_001;

async function authorizeAll(
  { stub }: TestOrganization,
  commands: readonly AuthorizeCommand[],
): Promise<readonly AuthorizeReply[]> {
  const replies: AuthorizeReply[] = [];
  for (let first = 0; first < commands.length; first += 100) {
    // oxlint-disable-next-line no-await-in-loop -- as many as a Worker gathers
    replies.push(...(await stub.authorizeMany(commands.slice(first, first + 100))));
  }
  return replies;
}

/** Rows of SPEND_DB. */
async function count(sql: string, organizationId: string): Promise<number> {
  const row = await env.SPEND_DB.prepare(sql).bind(organizationId).first<{ n: number }>();
  return row?.n ?? Number.NaN;
}

describe("a thousand requests of every kind", () => {
  it("have one event each, as the spend log has rows, also when every message comes three times", async () => {
    const organization = await createFunded({ accessPolicies: [EVERYTHING, NOT_FREE] });
    const { id, stub } = organization;
    const bodies: unknown[] = [];
    storing.set(id, bodies);
    const commands = Array.from({ length: REQUESTS }, (_, index) => {
      const end = ENDS[index % ENDS.length];
      const facts =
        end === "denied"
          ? factsFor({ model: "test-free" })
          : end === "broke"
            ? factsFor({ outputCapTokens: 4_000, choices: 1_000_000 })
            : factsFor({ streamed: index % 2 === 0 });
      return authorizeCommand(organization, "gateway", { facts });
    });
    const replies = await authorizeAll(organization, commands);
    await authorizeAll(organization, commands);
    const settlements = commands.flatMap(({ reservationId }, index) => {
      if (replies[index]?.outcome !== "authorized") return [];
      switch (ENDS[index % ENDS.length]) {
        case "settled":
          return [settleCommand(reservationId)];
        case "released":
          return [releaseCommand(reservationId)];
        case "aborted":
          return [settleCommand(reservationId, { status: "client_disconnected", usage: usageOf(1_000, 3) })];
        default:
          return [];
      }
    });
    await stub.settleMany(settlements);
    await stub.settleMany(settlements);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS });
    await stub.wallets();
    await stub.settleMany(
      commands.flatMap(({ reservationId }, index) =>
        ENDS[index % ENDS.length] === "late" ? [settleCommand(reservationId)] : [],
      ),
    );
    vi.useRealTimers();
    const late = REQUESTS / ENDS.length;
    const logged = "SELECT count(*) AS n FROM spend_logs WHERE organization_id = ?";
    await expect.poll(() => count(logged, id), { timeout: 20_000 }).toBe(REQUESTS + late);

    for (let time = 0; time < 2; time += 1) {
      for (let first = 0; first < bodies.length; first += 100) {
        const messages = bodies
          .slice(first, first + 100)
          .map((body, index) => ({ id: `m_${first + index}`, timestamp: new Date(), attempts: 2, body }));
        // oxlint-disable-next-line no-await-in-loop -- a queue delivers one batch after the other
        await consumeLedger(createMessageBatch("keeptrusts-ledger", messages), env);
      }
    }
    storing.delete(id);

    expect(await count("SELECT count(*) AS n FROM events WHERE organization_id = ?", id)).toBe(REQUESTS);
    expect(await count(logged, id)).toBe(REQUESTS + late);
    const agreeing = `SELECT count(*) AS n FROM events JOIN spend_logs ON spend_logs.id = log_id
      WHERE events.organization_id = ? AND events.id = 'evt_' || substr(log_id, 5)
        AND events.created_at_ms = spend_logs.created_at_ms AND (decision = 'deny') = (status = 'refused')`;
    expect(await count(agreeing, id)).toBe(REQUESTS);
    const denied = "SELECT count(*) AS n FROM events WHERE organization_id = ? AND decision = 'deny'";
    expect(await count(denied, id)).toBe(2 * late);
  }, 60_000);
});
