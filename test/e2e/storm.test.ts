/**
 * Many callers at once over the whole cascade, with callers that leave and providers that fail: nothing is overspent, nothing
 * stays held, and the ledger, the log and the provider's own count tell the same story of every single request.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import {
  asJson,
  createOrganization,
  listOf,
  nanosOf,
  until,
  type Json,
  type TestOrganization,
} from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

const REQUESTS = 500;
const USERS = ["user-0", "user-1", "user-2", "user-3", "user-4"];
const TEAMS = ["team-0", "team-1"];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { RESERVATION_LEASE_SECONDS: "10" } });
}, 120_000);

afterAll(async () => gateway.stop());

interface Plan {
  readonly endpoint: Endpoint;
  readonly stream: boolean;
  readonly user: string | null;
  readonly team: string | null;
  readonly cap: number;
  readonly directive: string;
  /** The caller leaves so long after it has sent the request; null: it stays. */
  readonly leavesAfterMs: number | null;
}

const HEALTHY = ["delay_ms=50", "frame_gap_ms=5", "output_tokens=20", "cached_tokens=4"];
const FAULTS = [
  "status=500",
  "status=429 retry_after=1",
  "status=400",
  "reset",
  "cut_after=3",
  "usage=missing",
  "empty",
];
const SLOW = "delay_ms=200 frame_gap_ms=60 frames=60 output_tokens=60";

const plan: fc.Arbitrary<Plan> = fc
  .record({
    endpoint: fc.constantFrom(...ENDPOINTS),
    stream: fc.boolean(),
    user: fc.option(fc.constantFrom(...USERS)),
    team: fc.option(fc.constantFrom(...TEAMS)),
    cap: fc.integer({ min: 60, max: 400 }),
    kind: fc.constantFrom("healthy", "healthy", "healthy", "fault", "leaves"),
    healthy: fc.constantFrom(...HEALTHY),
    fault: fc.constantFrom(...FAULTS),
    leavesAfterMs: fc.integer({ min: 50, max: 3_000 }),
  })
  .map(({ kind, healthy, fault, leavesAfterMs, ...rest }) => ({
    ...rest,
    directive: kind === "healthy" ? healthy : kind === "fault" ? fault : SLOW,
    leavesAfterMs: kind === "leaves" ? leavesAfterMs : null,
  }));

interface Seen {
  readonly status: number | null;
  readonly whole: boolean;
}

async function run(key: string, number: number, each: Plan): Promise<Seen> {
  const controller = new AbortController();
  const leaving = each.leavesAfterMs === null ? null : setTimeout(() => controller.abort(), each.leavesAfterMs);
  const body = bodyFor(each.endpoint, {
    text: `Hello [[demo: ${each.directive}]]`,
    cap: each.cap,
    stream: each.stream,
    extra: { metadata: { n: String(number) } },
  });
  const headers = {
    ...(each.user === null ? {} : { "x-user-id": each.user }),
    ...(each.team === null ? {} : { "x-team-id": each.team }),
  };
  let status: number | null = null;
  try {
    const response = await send(gateway, key, each.endpoint, body, { headers, signal: controller.signal });
    ({ status } = response);
    await response.text();
    return { status, whole: true };
  } catch {
    return { status, whole: false };
  } finally {
    if (leaving !== null) clearTimeout(leaving);
  }
}

/** Money for about half of the requests, spread over all wallets. */
async function fund(organization: TestOrganization): Promise<void> {
  const allocate = async (owner: Json, amount: string): Promise<void> => {
    const answer = await organization.call("POST", "/v1/wallets/allocate", { ...owner, amount, currency: "USD" });
    expect(answer.status).toBe(200);
  };
  for (const user of USERS) await allocate({ user_id: user }, "0.01");
  for (const team of TEAMS) await allocate({ team_id: team }, "0.02");
}

/** The log, once it has a row for each reservation and for each refusal that somebody waited for. */
async function rowsOf(organization: TestOrganization, reserved: number, refused: number): Promise<readonly Json[]> {
  let rows: readonly Json[] = [];
  await until(async () => {
    rows = await organization.list("/v1/spend/logs");
    const refusals = rows.filter((row) => row["status"] === "refused").length;
    return rows.length - refusals >= reserved && refusals >= refused;
  });
  return rows;
}

/** How often the provider got each request, by the number that the caller gave it. */
function countReceived(): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { body } of gateway.demo.requests) {
    const number = Number(/"metadata":\{"n":"(\d+)"\}/.exec(body)?.[1] ?? "-1");
    counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  return counts;
}

async function sumOfTransactions(organization: TestOrganization, walletId: string): Promise<bigint> {
  const rows = await organization.list(`/v1/wallets/${walletId}/transactions`);
  return rows.reduce((sum, row) => sum + nanosOf(row["amount"]), 0n);
}

/** One event for each row that tells of a request's end, and what its callers and we said, where anybody was answered. */
async function expectEvents(organization: TestOrganization, rows: readonly Json[], context: string): Promise<void> {
  const events = await organization.list("/v1/events");
  const logIds = rows.map((row) => String(row["id"])).filter((id) => !id.endsWith("_late"));
  expect(events.map((event) => String(event["log_id"])).toSorted(), context).toEqual(logIds.toSorted());
  for (const event of events) {
    const story = `${context} ${JSON.stringify(event)}`;
    expect(event["decision"] === "deny", story).toBe(event["status"] === "refused");
    expect(event["bodies"], story).toBe("kept");
  }
  const answered = events.filter(({ status }) => status === "completed" || status === "refused").slice(0, 100);
  const details = await Promise.all(answered.map(({ id }) => organization.call("GET", `/v1/events/${String(id)}`)));
  for (const { body } of details) {
    const story = `${context} ${JSON.stringify(body)}`;
    const status = body["decision"] === "deny" ? 402 : 200;
    expect(body, story).toMatchObject({ request: { truncated: false }, response: { truncated: false, status } });
  }
}

it("500 requests at once over the cascade, a fifth of which leave and a fifth fail", async () => {
  const seed = Number(process.env["STORM_SEED"] ?? Math.trunc(Math.random() * 2 ** 31));
  const plans = fc.sample(plan, { numRuns: REQUESTS, seed });
  const context = `STORM_SEED=${seed}`;
  const organization = await createOrganization(gateway, { credit: "0.20" });
  await fund(organization);
  gateway.demo.clear();

  const seen = await Promise.all(plans.map((each, number) => run(organization.gatewayKey, number, each)));
  await until(async () => (await organization.reservations("open")).length === 0);
  expect(await organization.reservations("open"), context).toEqual([]);

  const wallets = await organization.list("/v1/wallets");
  let spent = 0n;
  for (const wallet of wallets) {
    expect(wallet["held"], `${context}: held of ${String(wallet["owner_id"])}`).toBe("0.00");
    expect(nanosOf(wallet["balance"]), context).toBeGreaterThanOrEqual(0n);
    expect(await sumOfTransactions(organization, String(wallet["id"])), context).toBe(nanosOf(wallet["balance"]));
    spent += nanosOf(wallet["total_spent"]);
  }
  const balances = wallets.reduce((sum, wallet) => sum + nanosOf(wallet["balance"]), 0n);
  expect(balances + spent, context).toBe(nanosOf("0.20"));

  const reservations = await organization.list("/v1/reservations");
  const rows = await rowsOf(organization, reservations.length, seen.filter(({ status }) => status === 402).length);
  const rowsByNumber = Map.groupBy(rows, (row) => Number(asJson(row["metadata"])["n"]));
  expect(
    rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n),
    context,
  ).toBe(spent);

  const received = countReceived();
  for (const [number, { status, whole }] of seen.entries()) {
    const story = `${context} request ${number} (${JSON.stringify(plans[number])}): status ${status}`;
    const own = rowsByNumber.get(number) ?? [];
    const atProvider = received.get(number) ?? 0;
    // Only a caller that left before its request had arrived has none.
    if (status !== null || atProvider > 0) expect(own, story).toHaveLength(1);
    expect(own.length, story).toBeLessThanOrEqual(1);
    expect(atProvider, story).toBeLessThanOrEqual(1);
    const row = own[0];
    if (row === undefined) continue;
    if (row["status"] === "refused") {
      expect(atProvider, story).toBe(0);
      expect(row["total_cost"], story).toBe("0.00");
      expect(status === 402 || status === null, story).toBe(true);
      continue;
    }
    expect(nanosOf(row["total_cost"]), story).toBeLessThanOrEqual(nanosOf(row["held_amount"]));
    if (row["status"] === "completed") expect(atProvider, story).toBe(1);
    if (listOf(row["attempts"]).some((attempt) => attempt["status"] !== null)) expect(atProvider, story).toBe(1);
    if (whole && status === 200 && plans[number]?.directive !== "cut_after=3") {
      expect(row["status"], story).toBe("completed");
    }
  }
  await expectEvents(organization, rows, context);
  const refused = rows.filter((row) => row["status"] === "refused").length;
  // The storm is one: enough got through, and enough did not.
  expect(refused, context).toBeGreaterThan(20);
  expect(rows.length - refused, context).toBeGreaterThan(100);
}, 180_000);
