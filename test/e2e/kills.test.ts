/**
 * The gateway's runtime is killed twenty times in a row, at any moment, under load, on one state folder. Afterwards no money is
 * held, no entry is lost or there twice, and what a caller was told of its cost is what the log says.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ENDPOINTS } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, nanosOf, until, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

const KILLS = 20;
const CALLERS = 12;
const CREDIT = "50";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { RESERVATION_LEASE_SECONDS: "2" } });
}, 120_000);

afterAll(async () => gateway.stop());

interface Answered {
  readonly reservationId: string;
  readonly cost: string | null;
}

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends one request after the other until told to stop; gives what was answered as a whole. */
async function keepCalling(organization: TestOrganization, caller: number, isOver: () => boolean): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (let turn = caller; !isOver(); turn += 1) {
    const endpoint = ENDPOINTS[turn % ENDPOINTS.length] ?? "openai.chat";
    const stream = turn % 2 === 0;
    const text = `Hello [[demo: ${stream ? "frames=30 frame_gap_ms=20" : "delay_ms=40"} output_tokens=30]]`;
    try {
      const headers = { "x-user-id": `user-${caller % 3}` };
      const body = bodyFor(endpoint, { text, stream });
      const response = await send(gateway, organization.gatewayKey, endpoint, body, { headers });
      await response.text();
      const reservationId = response.headers.get("x-keeptrusts-reservation");
      if (response.status === 200 && reservationId !== null) {
        answered.push({ reservationId, cost: response.headers.get("x-keeptrusts-cost") });
      }
    } catch {
      // The gateway is down: the next one tries again.
      await pause(100);
    }
  }
  return answered;
}

it("twenty kills under load leave nothing held, nothing lost and nothing twice", async () => {
  const organization = await createOrganization(gateway, { credit: CREDIT });
  for (const user of ["user-0", "user-1"]) {
    await organization.call("POST", "/v1/wallets/allocate", { user_id: user, amount: "0.05", currency: "USD" });
  }
  let over = false;
  const calling = Array.from({ length: CALLERS }, (_, caller) => keepCalling(organization, caller, () => over));
  const moments: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const afterMs = Math.trunc(Math.random() * 900);
    moments.push(afterMs);
    await pause(afterMs);
    await gateway.kill();
    await gateway.restart();
  }
  await pause(1_000);
  over = true;
  const answered = (await Promise.all(calling)).flat();
  const context = `killed after ${moments.join(", ")} ms`;

  await until(async () => (await organization.reservations("open")).length === 0);
  expect(await organization.reservations("open"), context).toEqual([]);
  const wallets = await organization.list("/v1/wallets");
  let spent = 0n;
  const costByReservation = new Map<string, bigint>();
  for (const wallet of wallets) {
    expect(wallet["held"], context).toBe("0.00");
    const transactions = await organization.list(`/v1/wallets/${String(wallet["id"])}/transactions`);
    const sum = transactions.reduce((total, row) => total + nanosOf(row["amount"]), 0n);
    expect(sum, context).toBe(nanosOf(wallet["balance"]));
    expect(new Set(transactions.map((row) => row["id"])).size, context).toBe(transactions.length);
    spent += nanosOf(wallet["total_spent"]);
    for (const row of transactions.filter(({ type }) => type === "settle")) {
      const id = String(row["reservation_id"]);
      costByReservation.set(id, (costByReservation.get(id) ?? 0n) - nanosOf(row["amount"]));
    }
  }
  const balances = wallets.reduce((sum, wallet) => sum + nanosOf(wallet["balance"]), 0n);
  expect(balances + spent, context).toBe(nanosOf(CREDIT));

  const reservations = await organization.list("/v1/reservations");
  const rows = await organization.spendLogs(reservations.length);
  const rowsByReservation = Map.groupBy(rows, (row) => String(row["reservation_id"]));
  const charged = new Map(
    Array.from(rowsByReservation, ([id, own]) => [id, own.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n)]),
  );
  for (const { id } of reservations) {
    const own = rowsByReservation.get(String(id)) ?? [];
    // An answer that came after its lease had ended has a second row, with the difference.
    expect(
      own.filter((row) => !String(row["id"]).endsWith("_late")),
      `${context}: ${String(id)}`,
    ).toHaveLength(1);
    expect(charged.get(String(id)), context).toBe(costByReservation.get(String(id)) ?? 0n);
  }
  expect(
    rows.reduce((sum, row) => sum + nanosOf(row["total_cost"]), 0n),
    context,
  ).toBe(spent);
  for (const { reservationId, cost } of answered) {
    expect(rowsByReservation.has(reservationId), `${context}: ${reservationId}`).toBe(true);
    // What was answered and not settled when the kill came is settled at its last checkpoint, or released.
    const row = rowsByReservation.get(reservationId)?.[0];
    if (cost !== null && row?.["status"] !== "expired") {
      expect(charged.get(reservationId), `${context}: ${reservationId}`).toBe(nanosOf(cost));
    }
  }
  expect(answered.length, context).toBeGreaterThan(KILLS);
}, 300_000);
