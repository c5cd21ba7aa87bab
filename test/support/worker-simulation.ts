/** Where the simulation runs the real object: in the real runtime, with its real storage, alarms, D1 and queue. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { ledgerMessageSchema } from "../../src/contract/ledger-message.ts";
import type { OrganizationRpc } from "../../src/contract/organization-rpc.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import type { Organization } from "../../durable-objects/organization/organization.ts";
import type { Delivery, Driver, LedgerCopy } from "../simulation/driver.ts";
import { inspectReservations, inspectStorage } from "../simulation/inspection.ts";
import type { EndedRow, Inspection, Since } from "../simulation/inspection.ts";
import { recordStatements, removalStatements } from "../simulation/records.ts";
import type { Records } from "../simulation/records.ts";
import { storing } from "./worker-main.ts";
import { stubOf } from "./worker-organization.ts";

/** A little longer than the outbox gathers. */
const ON_ITS_WAY_MS = 300;

export class WorkerDriver implements Driver {
  readonly #organizationId: string;
  readonly #stub: DurableObjectStub<Organization>;
  readonly rpc: OrganizationRpc;

  /** The clock stands at `nowMs`, which is in the far future, so that no alarm comes by itself. */
  constructor(organizationId: string, nowMs: number) {
    this.#organizationId = organizationId;
    this.#stub = stubOf(organizationId);
    this.rpc = this.#stub;
    storing.set(organizationId, []);
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(nowMs);
  }

  nowMs(): number {
    return Date.now();
  }

  async advance(durationMs: number): Promise<void> {
    vi.setSystemTime(Date.now() + durationMs);
  }

  jump(byMs: number): Promise<void> {
    return this.advance(byMs);
  }

  /** No push of a change is lost here, so a check behind an answer finds nothing new. */
  async rest(): Promise<void> {}

  async awaitMessages(): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, ON_ITS_WAY_MS);
    });
  }

  async evict(): Promise<void> {
    // Only what runs can be evicted.
    await this.#stub.confirmShipped([]);
    await evictDurableObject(this.#stub);
  }

  alarmAtMs(): undefined {
    return undefined;
  }

  fireAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.#stub);
  }

  async writeRecords(records: Records): Promise<void> {
    await env.CONTROL_DB.batch(
      recordStatements(records).map(([sql, ...values]) => env.CONTROL_DB.prepare(sql).bind(...values)),
    );
  }

  /** Everything that arrived by now; what is not confirmed will come again. */
  async deliver(delivery: Delivery): Promise<readonly LedgerMessage[]> {
    const arrived = storing.get(this.#organizationId) ?? [];
    storing.set(this.#organizationId, []);
    const messages = arrived.map((body) => ledgerMessageSchema.parse(body));
    if (delivery.duplicated) await storeAgain(arrived);
    if (delivery.lost !== "confirmation" && messages.length > 0) {
      await this.#stub.confirmShipped(messages.map((message) => message.outbox_number ?? 0));
    }
    return messages;
  }

  inspect(since: Since): Promise<Inspection> {
    return runInDurableObject(this.#stub, (_instance, { storage }) => inspectStorage(storage.sql, since));
  }

  reservations(): Promise<readonly EndedRow[]> {
    return runInDurableObject(this.#stub, (_instance, { storage }) => inspectReservations(storage.sql));
  }

  async readCopy(): Promise<LedgerCopy> {
    const rows = async (sql: string) =>
      (await env.SPEND_DB.prepare(sql).bind(this.#organizationId).all<Record<string, unknown>>()).results;
    return {
      entries: await rows("SELECT * FROM ledger_entries WHERE organization_id = ? ORDER BY sequence"),
      lines: await rows(
        `SELECT entry_id, line, ledger_lines.account AS account, CAST(amount_nanos AS TEXT) AS amount
           FROM ledger_lines JOIN ledger_entries ON ledger_entries.id = entry_id
           WHERE organization_id = ? ORDER BY entry_id, line`,
      ),
      logs: await rows(
        "SELECT *, CAST(total_cost_nanos AS TEXT) AS total FROM spend_logs WHERE organization_id = ? ORDER BY id",
      ),
    };
  }

  takeReports(): readonly string[] {
    return [];
  }

  async close(): Promise<void> {
    storing.delete(this.#organizationId);
    vi.useRealTimers();
    await env.CONTROL_DB.batch(
      removalStatements(this.#organizationId).map(([sql, ...values]) => env.CONTROL_DB.prepare(sql).bind(...values)),
    );
  }

  loseAlarm(): void {
    throw new Error("only in plain Node");
  }

  setControlDown(isDown: boolean): void {
    if (isDown) throw new Error("only in plain Node");
  }

  setQueueDown(isDown: boolean): void {
    if (isDown) throw new Error("only in plain Node");
  }

  failNextTransaction(): void {
    throw new Error("only in plain Node");
  }
}

/** The same messages once more, as a queue that delivers twice does. */
async function storeAgain(bodies: readonly unknown[]): Promise<void> {
  const nothing = (): void => undefined;
  const messages = bodies.map((body, index) => ({
    id: `again_${index}`,
    timestamp: new Date(),
    body,
    attempts: 1,
    ack: nothing,
    retry: nothing,
  }));
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } };
  const batch = { queue: "keeptrusts-ledger", messages, metadata, ackAll: nothing, retryAll: nothing };
  if (messages.length > 0) await consumeLedger(batch, env);
}
