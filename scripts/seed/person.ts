/** The person who can sign in to the console of the demo organization: signed up as anybody is, with the mail that is printed. */
import { setTimeout as sleep } from "node:timers/promises";

/** Only on this machine, so the password is no secret. */
export const DEMO_PERSON = { name: "Ada", email: "ada@demo.example", password: "demo-password" } as const;

const MAIL_MS = 10_000;

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export async function ensureDemoPerson(url: string, lines: readonly string[]): Promise<void> {
  await ensurePerson(url, lines, DEMO_PERSON);
}

/** Makes the person unless there is one. `lines` are the Worker's log lines, in which the mail appears. */
export async function ensurePerson(url: string, lines: readonly string[], person: Person): Promise<void> {
  const { email, password } = person;
  if ((await submit(url, "/sign-in", { email, password })).status === 303) return;
  const signedUp = await submit(url, "/sign-up", { ...person });
  if (!signedUp.ok) throw new Error(`${email} cannot sign up: ${signedUp.status} ${await signedUp.text()}`);
  const token = await readToken(lines, email);
  const verified = await submit(url, "/sign-in", { email, password, token });
  if (verified.status !== 303) throw new Error(`${email} cannot sign in: ${verified.status}`);
}

/** Of the link in the newest mail. */
async function readToken(lines: readonly string[], email: string): Promise<string> {
  for (const deadlineMs = Date.now() + MAIL_MS; Date.now() < deadlineMs; await sleep(20)) {
    const mail = lines.findLast((line) => isMailTo(email, line) && line.includes("token="));
    const token = mail === undefined ? undefined : /[?&]token=([\w.%-]+)/.exec(mail)?.[1];
    if (token !== undefined) return decodeURIComponent(token);
  }
  throw new Error(`the mail with the link of ${email} did not come`);
}

/** Whether a log line is a mail to the demo person, which is of no use to whoever reads the terminal. */
export function isMailOfPerson(line: string): boolean {
  return isMailTo(DEMO_PERSON.email, line);
}

function isMailTo(email: string, line: string): boolean {
  return line.includes('"mail.printed"') && line.includes(email);
}

async function submit(url: string, path: string, values: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { accept: "text/html", origin: url },
    body: new URLSearchParams(values),
  });
}
