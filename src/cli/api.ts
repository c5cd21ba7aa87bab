/** Calls of the control-plane API. */
import { z } from "zod";
import type { Outcome } from "./outcome.ts";
import { printable } from "./printable.ts";

/** Where the API is, and who asks: options first, then the environment. */
export interface ApiOptions {
  readonly apiUrl: string;
  readonly apiToken?: string;
}

export interface ApiQuestion {
  readonly method?: "GET" | "POST" | "PUT";
  /** `/v1/…` */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** A body that is text: YAML. */
  readonly yaml?: string;
}

const TIMEOUT_MS = 30_000;

const documentErrorSchema = z.object({
  code: z.string(),
  path: z.string(),
  line: z.number(),
  column: z.number(),
  message: z.string(),
});

const failureSchema = z.object({
  error: z.object({
    message: z.string(),
    code: z.string().nullish(),
    errors: z.array(documentErrorSchema).optional(),
  }),
});

/** Asks once. The token goes to `apiUrl` alone: redirects are not followed. */
export async function askApi({ apiUrl, apiToken }: ApiOptions, question: ApiQuestion): Promise<Outcome<unknown>> {
  if (apiToken === undefined || apiToken === "") {
    return { ok: false, message: "No key: set KEEPTRUSTS_API_TOKEN, or give --api-token." };
  }
  const url = URL.parse(question.path, apiUrl);
  if (url === null || !/^https?:$/.test(url.protocol)) return { ok: false, message: `${apiUrl} is no http address.` };
  for (const [name, value] of Object.entries(question.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  try {
    const response = await fetch(url, {
      method: question.method ?? "GET",
      headers: {
        authorization: `Bearer ${apiToken}`,
        accept: "application/json",
        "content-type": question.yaml === undefined ? "application/json" : "application/yaml",
      },
      ...bodyOf(question),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const value = parseJson(await response.text());
    if (response.ok && value !== undefined) return { ok: true, value };
    const failure = failureSchema.safeParse(value);
    if (!failure.success) return { ok: false, message: `${url.host} says ${response.status}: no answer of this API` };
    const { message, code, errors = [] } = failure.data.error;
    const lines = errors.map((error) => `${error.line}:${error.column} ${error.code} ${error.path}: ${error.message}`);
    const reason = [`${url.host} says ${response.status}: ${message}`, ...lines].map(printable).join("\n");
    return { ok: false, message: reason, ...(typeof code === "string" ? { code } : {}) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { ok: false, message: `${url.host} cannot be asked: ${cause instanceof Error ? cause.message : "unknown"}` };
  }
}

/** What an answer says, as far as `schema` reads it. */
export function readAnswer<Shape extends z.ZodType>(schema: Shape, value: unknown): Outcome<z.output<Shape>> {
  const read = schema.safeParse(value);
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, message: `The answer has another form: ${z.prettifyError(read.error)}` };
}

function bodyOf({ body, yaml }: ApiQuestion): { readonly body?: string } {
  if (yaml !== undefined) return { body: yaml };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
