/**
 * The typed client of our API. Pages call `read(api.GET(…))` in queries and `useChange` (api/use-change.ts) for what changes
 * something; nothing else in the console fetches but the chat its streams (pages/chat/send.ts).
 */
import createClient from "openapi-fetch";
import { ApiFailure, readFailure } from "./failure.ts";
import { readOrganizationId } from "./organization-choice.ts";
import type { components, paths } from "./schema.d.ts";

/** An object of the API by its name in docs/api.md. */
export type Wire<Name extends keyof components["schemas"]> = components["schemas"][Name];

export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });

api.use({
  onRequest({ request }) {
    const organizationId = readOrganizationId();
    if (organizationId !== null) request.headers.set("x-keeptrusts-organization", organizationId);
    return request;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new ApiFailure("The gateway does not answer.", { status: 0, code: "unreachable" });
  },
});

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer; throws `ApiFailure` for a refusal. */
export async function read<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok) throw readFailure(error, response);
  if (data === undefined) throw readFailure(null, response);
  return data;
}
