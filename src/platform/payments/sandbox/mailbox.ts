/** Sends the sandbox's webhooks, as real ones come: signed, at least once, late when asked for, and again when they were not taken. */
import { asc, eq, lte } from "drizzle-orm";
import { sandboxDeliveries } from "../../d1/payment-schema.ts";
import type { ControlDatabase } from "../../d1/database.ts";
import { writeContent } from "../event-content.ts";
import type { ProviderEvent } from "../provider.ts";
import { SIGNATURE_HEADER, signBody } from "./signature.ts";

const AT_ONCE = 50;
const RETRY_MS = 60_000;
const MAX_ATTEMPTS = 100;

export interface MailboxPorts {
  readonly db: ControlDatabase;
  readonly key: string;
  /** Posts to `/v1/payments/webhooks/sandbox`. True: it was taken. */
  readonly post: (body: string, headers: Headers) => Promise<boolean>;
  readonly nowMs: () => number;
  readonly reportError: (event: string, error: unknown) => void;
}

export interface Sending {
  readonly times: number;
  /** 0: at once, before the payer sees an answer. */
  readonly delayMs: number;
}

export const AT_ONCE_ONCE: Sending = { times: 1, delayMs: 0 };

export class Mailbox {
  readonly #ports: MailboxPorts;

  constructor(ports: MailboxPorts) {
    this.#ports = ports;
  }

  async send(event: ProviderEvent, { times, delayMs }: Sending): Promise<void> {
    const { db, nowMs } = this.#ports;
    const body = JSON.stringify({ ...event, content: JSON.parse(writeContent(event.content)) });
    const dueAtMs = nowMs() + delayMs;
    await db.insert(sandboxDeliveries).values({ eventId: event.eventId, body, dueAtMs }).onConflictDoNothing();
    if (delayMs > 0) return;
    await Promise.all(Array.from({ length: times }, () => this.#deliver(event.eventId, body, 0)));
  }

  /** Those whose time has come. */
  async sendDue(): Promise<void> {
    const rows = await this.#ports.db
      .select()
      .from(sandboxDeliveries)
      .where(lte(sandboxDeliveries.dueAtMs, this.#ports.nowMs()))
      .orderBy(asc(sandboxDeliveries.dueAtMs))
      .limit(AT_ONCE);
    // oxlint-disable-next-line no-await-in-loop -- in their order
    for (const { eventId, body, attempts } of rows) await this.#deliver(eventId, body, attempts);
  }

  async #deliver(eventId: string, body: string, attempts: number): Promise<void> {
    const { db, key, nowMs, post, reportError } = this.#ports;
    let isTaken = false;
    try {
      const signature = await signBody(key, body, nowMs());
      isTaken = await post(body, new Headers({ [SIGNATURE_HEADER]: signature, "content-type": "application/json" }));
    } catch (error) {
      reportError("payment.sandbox_not_delivered", error);
    }
    const isOver = isTaken || attempts + 1 >= MAX_ATTEMPTS;
    await db
      .update(sandboxDeliveries)
      .set({ dueAtMs: isOver ? null : nowMs() + RETRY_MS, attempts: attempts + 1 })
      .where(eq(sandboxDeliveries.eventId, eventId));
  }
}
