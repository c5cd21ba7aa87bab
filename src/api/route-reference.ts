/** Routes as the API reference describes them. */
import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { failureSchema, fundsFailureSchema } from "../contract/failure-body.ts";
import { answerHeaders, idempotencyHeaders, replayHeaders } from "../contract/request-headers.ts";
import { ROUTE_ACCESS, ROUTE_SCOPES, type Access, type RouteName } from "./access-table.ts";

export interface RouteSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: P;
  readonly query?: Q;
  /** Headers that act on this route, for the reference alone: the handler reads them from the call. */
  readonly headers?: z.ZodObject;
  readonly body?: B;
  /** Of a body that is text and not JSON: its media types. */
  readonly bodyTypes?: readonly string[];
  readonly answer: A;
  /** Of answers that are files (`fileAnswer`), not JSON: their media types. */
  readonly files?: readonly string[];
  /** 200 unless something is made. */
  readonly status?: 200 | 201;
  /** Statuses of refusals beyond those of every route. */
  readonly refusals?: readonly (402 | 404 | 409 | 429 | 503)[];
}

/** Of routes that name one object. */
export const idParams = z.strictObject({ id: z.string() });

export function jsonContent<S extends z.ZodType>(schema: S) {
  return { "application/json": { schema } };
}

function fileContent(types: readonly string[]) {
  return Object.fromEntries(types.map((type) => [type, { schema: z.string() }]));
}

function bodyContent(schema: z.ZodType, types: readonly string[] | undefined) {
  return types === undefined ? jsonContent(schema) : Object.fromEntries(types.map((type) => [type, { schema }]));
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

export function splitName(name: RouteName): { method: (typeof METHODS)[number]; path: string } {
  const [verb = "", path = ""] = name.split(" ");
  const method = METHODS.find((candidate) => candidate === verb.toLowerCase());
  if (method === undefined) throw new TypeError(`unknown method in ${name}`);
  return { method, path };
}

/** Every route that may change something, of callers who say who they are. */
export function takesIdempotencyKey(name: RouteName): boolean {
  return splitName(name).method !== "get" && ROUTE_ACCESS[name] !== "public";
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: "A field is missing, unknown or has no usable value; `param` names it.",
  401: "The key is missing, unknown, expired or revoked, and nobody is signed in.",
  402: "No wallet covers the amount. On a request for a model the answer has a cost ticket.",
  403: "The caller lacks the capability of this route, the organization is suspended, or another site sent the session's cookie.",
  404: "There is no such object, or it belongs to another organization.",
  409: "The request contradicts what is stored, or its `Idempotency-Key` was used for something else.",
  413: "The body is larger than 1 MiB.",
  429: "A limit of the agent that the request names is reached.",
  503: "The ledger cannot be reached, or an exchange rate is missing.",
};

export function describeRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
): RouteConfig {
  const { method, path } = splitName(name);
  const access = ROUTE_ACCESS[name];
  const takesKey = takesIdempotencyKey(name);
  const statuses =
    access === "public"
      ? (spec.refusals ?? [])
      : [400, 401, 403, ...(takesKey ? [409] : []), ...(spec.body ? [413] : []), ...(spec.refusals ?? [])];
  const refusals = statuses.map((status) => [
    status,
    {
      description: REFUSALS[status] ?? "",
      content: jsonContent(status === 402 ? fundsFailureSchema : failureSchema),
    },
  ]);
  return {
    method,
    path,
    summary: spec.summary,
    description: [spec.description, accessSentence(access), scopeSentence(name)]
      .filter((part) => part !== undefined)
      .join("\n\n"),
    tags: [spec.tag],
    security: securityOf(access),
    request: {
      ...(spec.params instanceof z.ZodObject ? { params: spec.params } : {}),
      ...(spec.query instanceof z.ZodObject ? { query: spec.query } : {}),
      ...headersOf(spec.headers, takesKey),
      ...(spec.body === undefined ? {} : { body: { required: true, content: bodyContent(spec.body, spec.bodyTypes) } }),
    },
    responses: {
      [spec.status ?? 200]: {
        description: spec.summary,
        headers: takesKey ? answerHeaders.extend(replayHeaders.shape) : answerHeaders,
        content: spec.files === undefined ? jsonContent(spec.answer) : fileContent(spec.files),
      },
      ...Object.fromEntries(refusals),
    },
  };
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === "public") return [];
  const session = { session: [] };
  return access === "signed_in" ? [session] : [{ bearer: [] }, { apiKey: [] }, session];
}

function headersOf(headers: z.ZodObject | undefined, takesKey: boolean): { headers?: z.ZodObject } {
  if (!takesKey) return headers === undefined ? {} : { headers };
  return { headers: headers === undefined ? idempotencyHeaders : headers.extend(idempotencyHeaders.shape) };
}

function scopeSentence(name: RouteName): string | undefined {
  const scope = ROUTE_SCOPES[name];
  return scope === undefined ? undefined : `An application needs the scope \`${scope}\`, and sees its user's own.`;
}

function accessSentence(access: (typeof ROUTE_ACCESS)[RouteName]): string | undefined {
  if (access === "public") return undefined;
  if (access === "any") return "Needs any valid key, or a session.";
  if (access === "platform_admin")
    return "Needs the platform admin's token, or the session of a platform administrator.";
  if (access === "signed_in") return "Needs a person who is signed in: a session's cookie, and no key.";
  if (typeof access === "string") return `Needs the capability \`${access}\`.`;
  const [whole, own] = access;
  return own === "self"
    ? `Needs the capability \`${whole}\`; with \`self\` it is about what is the caller's own.`
    : `Needs the capability \`${whole}\`, or to lead the team.`;
}
