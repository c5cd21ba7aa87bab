/** The pages of the sign-in on real bindings: forms that are sent, mails that are read, and what they set. */
import { createApi } from "../../src/api/app.ts";
import { findPreferredMembership } from "../../src/platform/session.ts";
import { createSignInPort } from "../../src/platform/sign-in-port.ts";
import { deps, errors, mails, runDeferred } from "./worker-api.ts";

export const ORIGIN = "https://edge.test";
export const PASSWORD = "correct horse battery";

const background: Promise<unknown>[] = [];

const signIn = createSignInPort({
  db: deps.db,
  secret: "auth-secret-of-the-tests-0123456789ab",
  sendMail: async (mail) => {
    await deps.sendMail?.(mail);
  },
  defer: (work) => void background.push(work),
  reportError: (error) => errors.push(error),
});

export const pages = createApi({
  ...deps,
  signIn,
  sessionOf: async (request, preferred) => {
    const email = (await signIn?.userOf(request))?.email ?? null;
    return email === null ? null : findPreferredMembership(deps.db, email, preferred);
  },
});

/** Everything that goes on after the answers. */
export async function settle(): Promise<void> {
  await runDeferred();
  await Promise.all(background.splice(0));
}

interface Options {
  readonly cookie?: string;
  readonly ip?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let networks = 0;

/** A network that nobody used before, since they are counted. */
export function newNetwork(): string {
  networks += 1;
  return `198.51.100.${networks}`;
}

function headersOf({ cookie, ip, headers }: Options): Record<string, string> {
  return {
    accept: "text/html",
    "user-agent": "Browser/1.0",
    "cf-connecting-ip": ip ?? newNetwork(),
    ...(cookie === undefined ? {} : { cookie }),
    ...headers,
  };
}

export async function visit(path: string, options: Options = {}): Promise<Response> {
  return pages.fetch(new Request(`${ORIGIN}${path}`, { headers: headersOf(options), redirect: "manual" }));
}

export async function submit(
  path: string,
  fields: Readonly<Record<string, string>>,
  options: Options = {},
): Promise<Response> {
  const headers = { ...headersOf(options), origin: ORIGIN, ...options.headers };
  return pages.fetch(new Request(`${ORIGIN}${path}`, { method: "POST", headers, body: new URLSearchParams(fields) }));
}

export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** The token in the newest mail to an address. */
export function mailedToken(to: string): string {
  const text = mails.findLast((mail) => mail.to === to)?.text ?? "";
  return /token=([^&\s]+)/.exec(text)?.[1] ?? "";
}

/** An account with a verified address, signed in. */
export async function signUp(email: string, name = "Somebody"): Promise<string> {
  await submit("/sign-up", { email, name, password: PASSWORD });
  await settle();
  const answer = await submit("/sign-in", { email, password: PASSWORD, token: mailedToken(email) });
  if (answer.status !== 303) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  await settle();
  return cookieOf(answer);
}
