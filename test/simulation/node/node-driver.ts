/** Runs the object's own class in plain Node: its real commands and its real SQL, with time, storage, D1 and queue in our hands. */
import { join } from "node:path";
import type { LedgerMessage } from "../../../src/contract/ledger-message.ts";
import { ledgerMessageSchema } from "../../../src/contract/ledger-message.ts";
import { consumeLedger } from "../../../src/queue/ledger-consumer.ts";
import { Organization } from "../../../durable-objects/organization/organization.ts";
import type { Delivery, Driver, LedgerCopy } from "../driver.ts";
import { inspectReservations, inspectStorage } from "../inspection.ts";
import type { EndedRow, Inspection, Since } from "../inspection.ts";
import { Random } from "../random.ts";
import { recordStatements } from "../records.ts";
import type { Records } from "../records.ts";
import { NodeD1 } from "./d1.ts";
import { NodeQueue } from "./queue.ts";
import { NodeSqlStorage } from "./sql-storage.ts";
import { turnsOver, VirtualClock } from "./virtual-clock.ts";

const MIGRATIONS = join(import.meta.dirname, "../../../migrations");

/** Made once: migrating takes longer than a whole run. */
const control = migrated("control");
const spend = migrated("spend");

function migrated(folder: string): NodeD1 {
  const database = new NodeD1();
  database.migrate(join(MIGRATIONS, folder));
  return database;
}

/** Failures of the object that are not the answer to an injected fault. */
const REPORTED = /"event":"(organization\.(?:expiry_failed|settle_failed|alarm_failed)[^"]*)"/;

export class NodeDriver implements Driver {
  readonly #organizationId: string;
  readonly #clock: VirtualClock;
  readonly #storage = new NodeSqlStorage();
  readonly #queue = new NodeQueue();
  // oxlint-disable-next-line no-console -- what the object reports comes out here
  readonly #console = { log: console.log, error: console.error };
  #reports: string[] = [];
  #alarmAtMs: number | null = null;
  #instance: Organization | null = null;

  constructor(organizationId: string, nowMs: number) {
    this.#organizationId = organizationId;
    this.#clock = new VirtualClock(nowMs);
    control.clear();
    spend.clear();
    this.#clock.install();
    const capture = (line: unknown): void => {
      const event = REPORTED.exec(String(line))?.[1];
      if (event !== undefined) this.#reports.push(`${event}: ${String(line).slice(0, 600)}`);
    };
    Object.assign(console, { log: capture, error: capture });
  }

  /** Made anew after an eviction, as the first call makes it. */
  get rpc(): Organization {
    this.#instance ??= this.#start();
    return this.#instance;
  }

  nowMs(): number {
    return this.#clock.nowMs;
  }

  async advance(durationMs: number): Promise<void> {
    await this.#clock.advance(durationMs);
  }

  async jump(byMs: number): Promise<void> {
    this.#clock.jump(byMs);
  }

  async rest(): Promise<void> {
    await turnsOver();
  }

  async awaitMessages(): Promise<void> {
    await turnsOver();
  }

  async evict(): Promise<void> {
    this.#instance = null;
    this.#clock.dropTimers();
    void this.rpc;
    await turnsOver();
  }

  alarmAtMs(): number | null {
    return this.#alarmAtMs;
  }

  async fireAlarm(): Promise<boolean> {
    const { rpc } = this;
    this.#alarmAtMs = null;
    await rpc.alarm();
    await turnsOver();
    return true;
  }

  loseAlarm(): void {
    this.#alarmAtMs = null;
  }

  async writeRecords(records: Records): Promise<void> {
    control.database.exec("PRAGMA defer_foreign_keys = ON");
    control.database.exec("BEGIN");
    for (const [sql, ...values] of recordStatements(records)) control.run(sql, values);
    control.database.exec("COMMIT");
  }

  setControlDown(isDown: boolean): void {
    control.failing = isDown ? "always" : "no";
  }

  setQueueDown(isDown: boolean): void {
    this.#queue.isDown = isDown;
  }

  failNextTransaction(afterWrites: number): void {
    this.#storage.failNextTransaction(afterWrites);
  }

  async deliver(delivery: Delivery): Promise<readonly LedgerMessage[]> {
    await turnsOver();
    spend.failing = delivery.database === "fails" ? "always" : delivery.database === "halves" ? "batches" : "no";
    const batch = this.#queue.takeBatch(delivery, new Random(delivery.shuffle));
    const confirm =
      delivery.lost === "confirmation"
        ? () => Promise.resolve()
        : (_id: string, numbers: readonly number[]) => this.rpc.confirmShipped(numbers);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stands in for the binding
    await consumeLedger(batch as MessageBatch, { SPEND_DB: spend as unknown as D1Database }, this.nowMs(), confirm);
    spend.failing = "no";
    const stored = this.#queue.finishBatch();
    return stored.map((body) => ledgerMessageSchema.parse(body));
  }

  async inspect(since: Since): Promise<Inspection> {
    return inspectStorage(this.#storage, since);
  }

  async reservations(): Promise<readonly EndedRow[]> {
    return inspectReservations(this.#storage);
  }

  async readCopy(): Promise<LedgerCopy> {
    const rows = (sql: string) => spend.run(sql, []).results;
    return {
      entries: rows("SELECT * FROM ledger_entries ORDER BY sequence"),
      lines: rows(
        `SELECT entry_id, line, account, CAST(amount_nanos AS TEXT) AS amount FROM ledger_lines ORDER BY entry_id, line`,
      ),
      logs: rows("SELECT *, CAST(total_cost_nanos AS TEXT) AS total FROM spend_logs ORDER BY id"),
    };
  }

  takeReports(): readonly string[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  async close(): Promise<void> {
    this.#clock.uninstall();
    Object.assign(console, this.#console);
    this.#storage.close();
  }

  #start(): Organization {
    const state = {
      id: { name: this.#organizationId },
      storage: {
        sql: this.#storage,
        transactionSync: <T>(work: () => T): T => this.#storage.transactionSync(work),
        getAlarm: () => Promise.resolve(this.#alarmAtMs),
        setAlarm: (atMs: number) => {
          this.#alarmAtMs = atMs;
          return Promise.resolve();
        },
      },
      waitUntil: (work: Promise<unknown>) => {
        work.catch((error: unknown) => this.#reports.push(`waitUntil rejected: ${String(error)}`));
      },
      blockConcurrencyWhile: (work: () => Promise<unknown>) => work(),
      abort: (reason: string) => {
        throw new Error(`aborted: ${reason}`);
      },
    };
    const bindings = {
      CONTROL_DB: control,
      SPEND_DB: spend,
      LEDGER_QUEUE: this.#queue,
      RESERVATION_LEASE_SECONDS: "120",
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stands in for the runtime
    return new Organization(state as unknown as DurableObjectState, bindings as unknown as Env);
  }
}
