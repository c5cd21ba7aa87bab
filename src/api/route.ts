/**
 * One way to define a route of the control plane: its schemas give validation, types and the API reference; its capability
 * comes from the table; its handler gets parsed values and answers a `Result`, which becomes a response here and only here.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { MAX_IDEMPOTENCY_KEY_LENGTH } from "../contract/request-headers.ts";
import { failureResponse } from "../provider/failure.ts";
import { ROUTE_ACCESS, type RouteName } from "./access-table.ts";
import { authenticate, type AuthenticatedKey, type Caller } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { describeIssue } from "./issue-message.ts";
import { describeRoute, splitName, type RouteSpec } from "./route-reference.ts";

export const MAX_API_BODY_BYTES = 1024 * 1024;

export interface ApiEnv {
  Variables: { requestId: string };
}
export type Api = OpenAPIHono<ApiEnv>;

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** What a handler gets besides the values of its schemas. */
export interface CallContext {
  readonly requestId: string;
  readonly nowMs: number;
  readonly headers: Headers;
  readonly idempotencyKey: string | null;
  /** `key_…` or `platform_admin`. */
  readonly actor: string;
}

type Call<P, Q, B> = CallContext & { readonly params: P; readonly query: Q; readonly body: B };
export type KeyCall<P, Q, B> = Call<P, Q, B> & { readonly key: AuthenticatedKey };

type Answer<A extends z.ZodType> = Promise<Result<z.input<A>>>;

/** A route for an organization's keys; `call.key.organizationId` is the only organization that it may touch. */
export function addKeyRoute<
  A extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(
  api: Api,
  deps: ApiDeps,
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
  handler: (call: KeyCall<z.output<P>, z.output<Q>, z.output<B>>) => Answer<A>,
): void {
  addRoute(api, deps, name, spec, async (call, caller) =>
    caller.kind === "key" ? handler({ ...call, key: caller.key }) : fail({ kind: "internal" }),
  );
}

/** A route for the platform admin, or for anybody, as the table says. */
export function addPlatformRoute<
  A extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(
  api: Api,
  deps: ApiDeps,
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
  handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Answer<A>,
): void {
  addRoute(api, deps, name, spec, handler);
}

function addRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
  handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>>, caller: Caller) => Answer<A>,
): void {
  const { method, path } = splitName(name);
  api.openAPIRegistry.registerPath(describeRoute(name, spec));
  api.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
    const context = { requestId: c.get("requestId"), nowMs: deps.nowMs() };
    const request = c.req.raw;
    const caller = await authenticate(request.headers, ROUTE_ACCESS[name], deps);
    if (!caller.ok) return refuse(caller.failure, context);
    const idempotencyKey = request.headers.get("idempotency-key");
    if (idempotencyKey !== null && !isIdempotencyKey(idempotencyKey)) {
      return refuse(invalid("idempotency-key", "invalid_value", "1 to 255 printable characters"), context);
    }
    const values = await readValues(spec, c.req.param(), request);
    if (!values.ok) return refuse(values.failure, context);
    const call = {
      ...context,
      ...values.value,
      headers: request.headers,
      idempotencyKey,
      actor: actorOf(caller.value),
    };
    const answer = await handler(call, caller.value);
    return answer.ok ? Response.json(answer.value, { status: spec.status ?? 200 }) : refuse(answer.failure, context);
  });
}

function actorOf(caller: Caller): string {
  return caller.kind === "key" ? caller.key.id : caller.kind;
}

/** The one place where a refusal of the control plane becomes a response. It has the OpenAI shape. */
export function refuse(failure: Failure, context: { readonly requestId: string; readonly nowMs: number }): Response {
  const { status, headers, body } = failureResponse("openai", failure, context);
  return Response.json(body, { status, headers });
}

function isIdempotencyKey(text: string): boolean {
  return text.length > 0 && text.length <= MAX_IDEMPOTENCY_KEY_LENGTH && /^[\x20-\x7e]+$/.test(text);
}

interface Values<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

async function readValues<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: RouteSpec<P, Q, B, A>,
  pathParams: Record<string, string>,
  request: Request,
): Promise<Result<Values<z.output<P>, z.output<Q>, z.output<B>>>> {
  const params = parse(spec.params, pathParams);
  if (!params.ok) return params;
  const query = parse(spec.query, Object.fromEntries(new URL(request.url).searchParams));
  if (!query.ok) return query;
  const json = spec.body === undefined ? ok({}) : await readJson(request);
  if (!json.ok) return json;
  const body = parse(spec.body, json.value);
  if (!body.ok) return body;
  return ok({ params: params.value, query: query.value, body: body.value });
}

/** A missing schema takes nothing: an unexpected query parameter is refused as an unknown field is. */
function parse<S extends z.ZodType>(schema: S | undefined, input: unknown): Result<z.output<S>> {
  const parsed = (schema ?? nothing).safeParse(input, { error: describeIssue });
  if (!parsed.success) return fail(failureOfIssue(parsed.error.issues[0], input));
  // Without a schema `S` is `Nothing`, whose only value has just been parsed.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return ok(parsed.data as z.output<S>);
}

function failureOfIssue(issue: z.core.$ZodIssue | undefined, input: unknown): Failure {
  if (issue === undefined) return invalid(null, "invalid_value", "The request could not be read.");
  if (issue.code === "unrecognized_keys") {
    const name = [...issue.path, issue.keys[0] ?? ""].join(".");
    return invalid(name, "unknown_parameter", `Unknown field \`${name}\`.`);
  }
  const name = issue.path.length === 0 ? null : issue.path.join(".");
  if (name === null) return invalid(null, "invalid_value", `The body: ${issue.message}.`);
  const message = `\`${name}\`: ${issue.message}.`;
  if (valueAt(input, issue.path) !== undefined) return invalid(name, "invalid_value", message);
  const rule = issue.code === "custom" ? message : `The field \`${name}\` is required.`;
  return invalid(name, "missing_required_parameter", rule);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

async function readJson(request: Request): Promise<Result<unknown>> {
  const text = await readBody(request);
  if (text === null) return fail({ kind: "body_too_large", limitBytes: MAX_API_BODY_BYTES });
  if (text.trim() === "") return ok({});
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail(invalid(null, "invalid_json", "The body is not valid JSON."));
  }
}

/** Reads at most the limit, whatever `content-length` says. Null: it is larger. */
async function readBody(request: Request): Promise<string | null> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_API_BODY_BYTES) return null;
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of request.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_API_BODY_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
