/** What the pages of the sign-in share: the person's request, the library behind its port, and how they answer. */
import { z } from "zod";
import type { ApiDeps } from "../deps.ts";
import { answerPage } from "../pages/page.ts";
import type { PageValues } from "./pages.ts";

export interface Step {
  readonly deps: ApiDeps;
  readonly signIn: NonNullable<ApiDeps["signIn"]>;
  readonly request: Request;
  readonly requestId: string;
}

export type Show = (values: PageValues) => string;

const refusalSchema = z.object({ message: z.string().optional(), code: z.string().optional() });

export function page({ deps, request }: Step, body: string, status = 200, script?: string): Response {
  const options = { status, nonce: deps.newSecret(), formTarget: new URL(request.url).origin };
  return answerPage(body, script === undefined ? options : { ...options, script });
}

/** A request to the library, with the person's cookies; null: GET. The form's origin was tested already. */
export function libraryRequest({ request }: Step, path: string, body: object | null): Request {
  const { origin } = new URL(request.url);
  const headers = new Headers({ origin, "content-type": "application/json" });
  for (const name of ["cookie", "cf-connecting-ip", "user-agent"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const init = body === null ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  return new Request(`${origin}/api/auth${path}`, init);
}

/** Through its handler, which counts attempts. */
export async function ask(step: Step, path: string, body: object | null): Promise<Response> {
  return step.signIn.answer(libraryRequest(step, path, body));
}

export async function again(step: Step, show: Show, values: PageValues, answer: Response): Promise<Response> {
  const { message } = await readRefusal(answer);
  return page(step, show({ ...values, message: message ?? "That did not work. Try again." }), answer.status);
}

/** The form once more, since it was sent too often. */
export function tooOften(step: Step, show: Show, values: PageValues, retryAfterSeconds: number): Response {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  const wait = minutes === 1 ? "a minute" : `${minutes} minutes`;
  const answer = page(step, show({ ...values, message: `Too many attempts. Try again in ${wait}.` }), 429);
  answer.headers.set("retry-after", String(retryAfterSeconds));
  return answer;
}

export async function readRefusal(answer: Response): Promise<z.infer<typeof refusalSchema>> {
  const text = await answer.clone().text();
  try {
    return refusalSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

export function withCookies(answer: Response, from: Response): Response {
  for (const cookie of from.headers.getSetCookie()) answer.headers.append("set-cookie", cookie);
  return answer;
}

/** Whence the request comes, for the audit log. */
export function deviceOf({ request }: Step): {
  readonly ip_address: string | null;
  readonly user_agent: string | null;
} {
  return {
    ip_address: request.headers.get("cf-connecting-ip"),
    user_agent: request.headers.get("user-agent")?.slice(0, 200) ?? null,
  };
}
