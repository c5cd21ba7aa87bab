/** Notifications as e-mail, in plain text, to the people who look after an organization's money. */
import { and, eq, inArray } from "drizzle-orm";
import { formatTime } from "../contract/amount.ts";
import { describeNotification } from "../contract/notification-text.ts";
import type { NotificationMessage } from "../contract/notification.ts";
import { members, organizations } from "../platform/d1/control-schema.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Rejects when the mail was not taken. */
export type SendMail = (mail: Mail) => Promise<void>;

const RECIPIENT_ROLES = ["owner", "admin", "billing_admin"] as const;

/** A runaway invitation list must not become a mail campaign. */
const MAX_RECIPIENTS = 50;

/** Each gets a mail of their own. Throws the first failure, after the others had their turn. */
export async function mailNotification(
  db: ControlDatabase,
  sendMail: SendMail,
  notification: NotificationMessage,
): Promise<void> {
  const organizationId = notification.organization_id;
  const [organizationRows, recipients] = await db.batch([
    db.select({ name: organizations.name }).from(organizations).where(eq(organizations.id, organizationId)),
    db
      .select({ email: members.email })
      .from(members)
      .where(and(eq(members.organizationId, organizationId), inArray(members.role, RECIPIENT_ROLES)))
      .orderBy(members.id)
      .limit(MAX_RECIPIENTS),
  ]);
  const name = oneLine(organizationRows[0]?.name ?? organizationId);
  const mail = { subject: `${name}: ${describeNotification(notification.type)}`, text: textOf(notification, name) };
  const sent = await Promise.allSettled(recipients.map(({ email }) => sendMail({ ...mail, to: email })));
  const failed = sent.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function textOf({ id, type, data, created_at_ms: createdAtMs }: NotificationMessage, name: string): string {
  const fields = Object.entries(data).flatMap(([field, value]) =>
    value === null ? [] : [`  ${field}: ${oneLine(String(value))}`],
  );
  return [
    `${name}: ${describeNotification(type)}.`,
    "",
    ...fields,
    `  at: ${formatTime(createdAtMs)}`,
    "",
    `Event ${type}, notification ${id}.`,
    "",
  ].join("\n");
}

/** Names are what people chose: they must not make lines of their own. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
