/**
 * What providers tell: each event is stored once by the provider's own id, and acted on until it has had its effect. In any order and
 * any number of times: every effect can be repeated, and an event that comes before the one that it needs waits for it.
 */
import { and, asc, eq, isNull, lte, ne } from "drizzle-orm";
import type { Result } from "../../core/failure.ts";
import type { Nanos } from "../../core/money.ts";
import { paymentDisputes, paymentEvents, paymentMethods, paymentRefunds } from "../d1/payment-schema.ts";
import { deriveId } from "../identifiers.ts";
import { applyCapture, applyDecline, applyState, pauseMs, pollSession, saveMethod } from "./advance.ts";
import { readContent, writeContent } from "./event-content.ts";
import type { PaymentPorts, Progress } from "./ports.ts";
import type {
  PaymentProvider,
  ProviderEvent,
  ProviderEventContent,
  WebhookDelivery,
  WebhookRefusal,
} from "./provider.ts";
import { applyRefundState, findRefund } from "./refunds.ts";
import { findSession, findSubject, type SessionRow } from "./session-rows.ts";

/** About a day of tries. What then still waits is logged, and shown by the doctor; it is tried once more when its session is credited. */
const MAX_ATTEMPTS = 30;
const AT_ONCE = 50;

/** Verifies a delivery and acts on its events. When this is answered with `ok` the provider need not send it again. */
export async function receiveWebhook(
  ports: PaymentPorts,
  provider: PaymentProvider,
  delivery: WebhookDelivery,
): Promise<Result<null, WebhookRefusal>> {
  const verified = await provider.verifyWebhook(delivery);
  if (!verified.ok) return verified;
  for (const event of verified.value) {
    // oxlint-disable-next-line no-await-in-loop -- in the provider's order
    await receiveEvent(ports, provider.name, event);
  }
  return { ok: true, value: null };
}

async function receiveEvent(ports: PaymentPorts, provider: string, event: ProviderEvent): Promise<void> {
  const nowMs = ports.nowMs();
  await ports.db
    .insert(paymentEvents)
    .values({
      provider,
      eventId: event.eventId,
      providerType: event.providerType,
      contentJson: writeContent(event.content),
      occurredAtMs: event.occurredAtMs,
      receivedAtMs: nowMs,
      nextAttemptAtMs: nowMs,
    })
    .onConflictDoNothing();
  const rows = await ports.db
    .select()
    .from(paymentEvents)
    .where(and(eq(paymentEvents.provider, provider), eq(paymentEvents.eventId, event.eventId)));
  const row = rows[0];
  if (row === undefined || row.processedAtMs !== null) return;
  const session = await processEvent(ports, row);
  if (session !== null) await processWaiting(ports, session, row);
}

type EventRow = typeof paymentEvents.$inferSelect;

/** Gives the session that may have moved. */
async function processEvent(ports: PaymentPorts, row: EventRow): Promise<string | null> {
  let progress: Progress = "waiting";
  let session: SessionRow | null = null;
  try {
    const content = readContent(row.contentJson);
    session = "subject" in content ? await findSubject(ports.db, row.provider, content.subject) : null;
    progress = await act(ports, row.provider, content, session);
  } catch (error) {
    // It is stored, and comes again.
    ports.reportError("payment.event_failed", error);
  }
  const attempts = row.attempts + 1;
  const nowMs = ports.nowMs();
  if (progress === "waiting" && attempts >= MAX_ATTEMPTS) {
    const what = `${row.provider} ${row.eventId} ${row.providerType} of ${session?.id ?? "no session"}`;
    ports.reportError("payment.event_given_up", new Error(what));
  }
  await ports.db
    .update(paymentEvents)
    .set({
      sessionId: session?.id ?? null,
      attempts,
      processedAtMs: progress === "done" ? nowMs : null,
      nextAttemptAtMs: progress === "done" || attempts >= MAX_ATTEMPTS ? null : nowMs + pauseMs(attempts),
    })
    .where(
      and(
        eq(paymentEvents.provider, row.provider),
        eq(paymentEvents.eventId, row.eventId),
        // Another delivery of it may have been faster.
        isNull(paymentEvents.processedAtMs),
      ),
    );
  return session?.id ?? null;
}

/** Other events of the session that may have waited for what just happened. */
async function processWaiting(ports: PaymentPorts, sessionId: string, { eventId }: EventRow): Promise<void> {
  const rows = await ports.db
    .select()
    .from(paymentEvents)
    .where(
      and(
        eq(paymentEvents.sessionId, sessionId),
        isNull(paymentEvents.processedAtMs),
        ne(paymentEvents.eventId, eventId),
      ),
    )
    .orderBy(asc(paymentEvents.occurredAtMs))
    .limit(AT_ONCE);
  // oxlint-disable-next-line no-await-in-loop -- one may need the one before
  for (const row of rows) await processEvent(ports, row);
}

/** Those whose time has come. */
export async function retryEvents(ports: PaymentPorts): Promise<void> {
  const rows = await ports.db
    .select()
    .from(paymentEvents)
    .where(lte(paymentEvents.nextAttemptAtMs, ports.nowMs()))
    .orderBy(asc(paymentEvents.nextAttemptAtMs))
    .limit(AT_ONCE);
  // oxlint-disable-next-line no-await-in-loop -- bounded, and one may need the one before
  for (const row of rows) await processEvent(ports, row);
}

async function act(
  ports: PaymentPorts,
  provider: string,
  content: ProviderEventContent,
  session: SessionRow | null,
): Promise<Progress> {
  switch (content.type) {
    case "ignored":
      return "done";
    case "method_removed":
      await ports.db
        .update(paymentMethods)
        .set({ removedAtMs: ports.nowMs() })
        .where(
          and(
            eq(paymentMethods.provider, provider),
            eq(paymentMethods.methodReference, content.methodReference),
            isNull(paymentMethods.removedAtMs),
          ),
        );
      return "done";
    default:
      return session === null ? "waiting" : actOnSession(ports, content, session);
  }
}

type SessionContent = Exclude<ProviderEventContent, { readonly type: "ignored" | "method_removed" }>;

async function actOnSession(ports: PaymentPorts, content: SessionContent, session: SessionRow): Promise<Progress> {
  switch (content.type) {
    case "captured":
      return applyCapture(ports, session, content.payment);
    case "failed":
      return applyDecline(ports, session, content.decline);
    case "canceled":
    case "expired":
      return applyState(ports, session, { status: content.type });
    case "method_saved":
      await saveMethod(ports, session, content.method);
      return "done";
    case "refunded":
      return whenCredited(ports, session, (known) => actOnRefund(ports, content, known), content.amountNanos);
    case "dispute_opened":
      return whenCredited(ports, session, (credited) => actOnDispute(ports, content, "opened", credited));
    case "dispute_won":
      return whenCredited(ports, session, (credited) => actOnDispute(ports, content, "won", credited));
    case "dispute_lost":
      return whenCredited(ports, session, (credited) => actOnDispute(ports, content, "lost", credited));
  }
}

/**
 * Money goes back only after it has come: a capture that was not told of is asked for. A payment that cannot be credited goes back as a
 * whole, which is `wholeNanos` then.
 */
async function whenCredited(
  ports: PaymentPorts,
  session: SessionRow,
  work: (session: SessionRow) => Promise<Progress>,
  wholeNanos: Nanos | null = null,
): Promise<Progress> {
  if (isCredited(session)) return work(session);
  await pollSession(ports, session);
  const known = await findSession(ports.db, session.id);
  if (known === null) return "waiting";
  const goesBack = known.status === "captured" && wholeNanos === known.capturedNanos;
  return isCredited(known) || goesBack ? work(known) : "waiting";
}

function isCredited({ status }: SessionRow): boolean {
  return status === "completed" || status === "refunded";
}

async function actOnRefund(
  ports: PaymentPorts,
  { refundId, refund, amountNanos }: Extract<ProviderEventContent, { readonly type: "refunded" }>,
  session: SessionRow,
): Promise<Progress> {
  const id = refundId ?? (await deriveId("rfd", [session.provider, refund.refundReference]));
  const known = await findRefund(ports.db, id);
  if (known !== null && known.sessionId !== session.id) return "done";
  const row = known ?? (await insertForeignRefund(ports, session, id, amountNanos));
  return row === null ? "waiting" : applyRefundState(ports, session, row, refund);
}

/** Somebody has refunded at the provider's own console. */
async function insertForeignRefund(ports: PaymentPorts, session: SessionRow, id: string, amountNanos: Nanos) {
  await ports.db
    .insert(paymentRefunds)
    .values({
      id,
      organizationId: session.organizationId,
      sessionId: session.id,
      amountNanos,
      status: "pending",
      reason: `refunded at ${session.provider}`,
      actor: session.provider,
      createdAtMs: ports.nowMs(),
    })
    .onConflictDoNothing();
  return findRefund(ports.db, id);
}

async function actOnDispute(
  ports: PaymentPorts,
  { disputeReference, amountNanos }: { readonly disputeReference: string; readonly amountNanos: Nanos },
  news: "opened" | "won" | "lost",
  session: SessionRow,
): Promise<Progress> {
  const id = await deriveId("dsp", [session.provider, disputeReference]);
  const reply = await ports.organization(session.organizationId).disputePayment({
    disputeId: id,
    sessionId: session.id,
    amountNanos,
    news,
    actor: session.provider,
    note: `dispute ${disputeReference} ${news}`,
  });
  if (reply.outcome === "refused") return "waiting";
  const nowMs = ports.nowMs();
  const row = { organizationId: session.organizationId, sessionId: session.id, amountNanos };
  await ports.db
    .insert(paymentDisputes)
    .values({ id, ...row, status: news, createdAtMs: nowMs, updatedAtMs: nowMs })
    .onConflictDoUpdate({
      target: paymentDisputes.id,
      set: { status: news, updatedAtMs: nowMs },
      // As at the ledger: the first end stands.
      setWhere: eq(paymentDisputes.status, "opened"),
    });
  return "done";
}
