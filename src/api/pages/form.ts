/** Forms that are sent: each parameter at most once (RFC 6749 §3.1, §3.2), and an empty one is an absent one. */
import { fail, ok, type Result } from "../../core/failure.ts";
import { readText } from "../read-bounded.ts";
import { oauthFailure, type OAuthFailure } from "./answers.ts";

export const MAX_FORM_BYTES = 64 * 1024;

export type Form = ReadonlyMap<string, string>;

/** Null: a parameter is there twice. */
function readParameters(parameters: URLSearchParams): Form | null {
  const form = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (form.has(name)) return null;
    form.set(name, value);
  }
  return new Map([...form].filter(([, value]) => value !== ""));
}

/** The body of a form, within its limit. */
export async function readForm(request: Request): Promise<Result<Form, OAuthFailure>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return fail(oauthFailure(400, "invalid_request", "The body must be application/x-www-form-urlencoded."));
  }
  const text = await readText(request, MAX_FORM_BYTES);
  if (text === null)
    return fail(oauthFailure(413, "invalid_request", `The body has more than ${MAX_FORM_BYTES} bytes.`));
  const form = readParameters(new URLSearchParams(text));
  return form === null ? fail(oauthFailure(400, "invalid_request", "A parameter is there more than once.")) : ok(form);
}
