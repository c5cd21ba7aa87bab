/** What the simulation needs of the place where the object runs: plain Node, or the real runtime. */
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import type { OrganizationRpc } from "../../src/contract/organization-rpc.ts";
import type { EndedRow, Inspection, Since } from "./inspection.ts";
import type { Records } from "./records.ts";

/** What may be done to messages on their way from the object to the reports. */
export interface Delivery {
  /** How many of those under way arrive, in an order that `shuffle` decides. */
  readonly count: number;
  readonly shuffle: number;
  readonly lost: "none" | "messages" | "confirmation";
  readonly duplicated: boolean;
  readonly database: "works" | "fails" | "halves";
}

export interface Driver {
  readonly rpc: OrganizationRpc;
  nowMs(): number;
  /** Time passes, and timers with it; alarms only when they are fired. */
  advance(durationMs: number): Promise<void>;
  /** The wall clock is set. */
  jump(byMs: number): Promise<void>;
  /** Until what goes on behind the answers is over, as far as it needs no time. */
  rest(): Promise<void>;
  /** Until what is on its way may have arrived, where that takes real time. */
  awaitMessages(): Promise<void>;
  /** The object is thrown out of memory. */
  evict(): Promise<void>;
  /** When the alarm is set for; null: it is not. Undefined: this place cannot tell. */
  alarmAtMs(): number | null | undefined;
  /** Delivers an alarm. False: none was set, and this place delivers no other. */
  fireAlarm(): Promise<boolean>;
  /** The alarm that is set never comes. */
  loseAlarm(): void;
  /** What D1 has from now on; the object may hear of it later. */
  writeRecords(records: Records): Promise<void>;
  /** Whether D1 answers the object. */
  setControlDown(isDown: boolean): void;
  setQueueDown(isDown: boolean): void;
  /** The next transaction of the object fails at this write, or at its end. Gives how to tell whether it did. */
  failNextTransaction(afterWrites: number): void;
  /** Gives the messages that arrived at the database and were stored. */
  deliver(delivery: Delivery): Promise<readonly LedgerMessage[]>;
  inspect(since: Since): Promise<Inspection>;
  /** Every reservation that the object keeps. */
  reservations(): Promise<readonly EndedRow[]>;
  /** Everything that was copied for the organization. */
  readCopy(): Promise<LedgerCopy>;
  /** What the object reported as failed since the last call. */
  takeReports(): readonly string[];
  close(): Promise<void>;
}

export interface LedgerCopy {
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly logs: readonly Readonly<Record<string, unknown>>[];
}
