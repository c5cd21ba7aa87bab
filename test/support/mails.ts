/** Mails that a test gateway has printed. */
import { expect } from "vitest";
import { z } from "zod";
import type { TestGateway } from "./gateway.ts";

const mailSchema = z.object({
  event: z.literal("mail.printed"),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
});

/** The link of the newest mail to an address whose subject begins so; waits for it. */
export async function mailedLink(gateway: TestGateway, to: string, subject: string): Promise<string> {
  await expect.poll(() => linkOf(gateway, to, subject)).not.toBeNull();
  return linkOf(gateway, to, subject) ?? "";
}

function linkOf({ logs }: TestGateway, to: string, subject: string): string | null {
  const mails = logs.flatMap((line) => (line.includes('"mail.printed"') ? [mailSchema.parse(JSON.parse(line))] : []));
  const mail = mails.findLast((sent) => sent.to === to && sent.subject.startsWith(subject));
  return /https?:\S+/.exec(mail?.text ?? "")?.[0] ?? null;
}
