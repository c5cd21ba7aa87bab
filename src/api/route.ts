/**
 * One way to define a route of the control plane: its schemas give validation, types and the API reference; its capability
 * comes from the table; its handler gets parsed values and answers a `Result`, which becomes a response here and only here.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { z } from "zod";
import { readToken } from "../contract/caller-headers.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import { MAX_IDEMPOTENCY_KEY_LENGTH } from "../contract/request-headers.ts";
import { ROUTE_ACCESS, ROUTE_SCOPES, type RouteName } from "./access-table.ts";
import type { SignedInUser } from "../platform/sign-in.ts";
import { authenticate, type Principal, type Caller } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { answerOnce, type Execute } from "./answer-once.ts";
import { readBody, readValues, type nothing } from "./read-values.ts";
import { noteKeyUse } from "./key-use.ts";
import { refuse, respond } from "./respond.ts";
import { describeRoute, splitName, takesIdempotencyKey, type RouteSpec } from "./route-reference.ts";
import { recordsChange } from "./audit-table.ts";
import { AuditTrail, decideOnTrail } from "./audit-trail.ts";
import type { Keep, Statement } from "./save-change.ts";

export interface ApiEnv {
  Variables: { requestId: string };
}
export type Api = OpenAPIHono<ApiEnv>;

type Nothing = typeof nothing;

/** What a handler gets besides the values of its schemas. */
export interface CallContext {
  readonly requestId: string;
  readonly nowMs: number;
  readonly headers: Headers;
  readonly idempotencyKey: string | null;
  /** `key_…`, `mem_…` for a member's session, `platform_admin`, or a person's own id where no organization is asked. */
  readonly actor: string;
  /** Of this gateway, as the caller has reached it. */
  readonly origin: string;
}

interface Call<P, Q, B, W> extends CallContext {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /**
   * What keeps the answer for repeats of the request, to be written in the transaction of the change that it tells of. No
   * statement when the request has no `Idempotency-Key`. A handler that changes D1 must keep its answer so, and then give the same
   * answer: else a crash after its transaction would have a repeat change once more.
   */
  readonly keep: Keep<W>;
  /** What records the changes of this request. The handler runs again from its beginning when others were faster. */
  readonly trail: AuditTrail;
}

export interface PrincipalCall<P, Q, B, W = never> extends Call<P, Q, B, W> {
  readonly principal: Principal;
}

export interface PersonCall<P, Q, B, W = never> extends Call<P, Q, B, W> {
  readonly person: SignedInUser;
}

type Answer<A extends z.ZodType> = Promise<Result<z.input<A>>>;

/** A route for who acts in an organization; `call.principal.organizationId` is the only organization that it may touch. */
export function addPrincipalRoute<
  A extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(
  api: Api,
  deps: ApiDeps,
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
  handler: (call: PrincipalCall<z.output<P>, z.output<Q>, z.output<B>, z.input<A>>) => Answer<A>,
): void {
  addRoute(api, deps, name, spec, async (call, caller) =>
    caller.kind === "principal" ? handler({ ...call, principal: caller.principal }) : fail({ kind: "internal" }),
  );
}

/** A route for people who are signed in, whatever organizations they are in. */
export function addPersonRoute<
  A extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(
  api: Api,
  deps: ApiDeps,
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
  handler: (call: PersonCall<z.output<P>, z.output<Q>, z.output<B>, z.input<A>>) => Answer<A>,
): void {
  addRoute(api, deps, name, spec, async (call, caller) =>
    caller.kind === "person" ? handler({ ...call, person: caller.person }) : fail({ kind: "internal" }),
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
  handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>, z.input<A>>) => Answer<A>,
): void {
  addRoute(api, deps, name, spec, handler);
}

function addRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  name: RouteName,
  spec: RouteSpec<P, Q, B, A>,
  handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>, z.input<A>>, caller: Caller) => Answer<A>,
): void {
  const { method, path } = splitName(name);
  const takesKey = takesIdempotencyKey(name);
  api.openAPIRegistry.registerPath(describeRoute(name, spec));
  api.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
    const request = c.req.raw;
    const url = new URL(request.url);
    const context = { requestId: c.get("requestId"), nowMs: deps.nowMs(), origin: url.origin };
    const caller = await authenticate(request, ROUTE_ACCESS[name], deps, ROUTE_SCOPES[name]);
    if (!caller.ok) return refuse(caller.failure, context);
    if (caller.value.kind === "principal") {
      // Who may call is not told by it, so a call is answered without.
      await noteKeyUse(deps.db, caller.value.principal.id, context.nowMs).catch((error: unknown) =>
        deps.reportError(error, context.requestId),
      );
    }
    const idempotencyKey = request.headers.get("idempotency-key");
    if (idempotencyKey !== null && !isIdempotencyKey(idempotencyKey)) {
      return refuse(invalid("idempotency-key", "invalid_value", "1 to 255 printable characters"), context);
    }
    const once = takesKey && idempotencyKey !== null;
    const body = spec.body === undefined && !once ? ok("") : await readBody(request);
    if (!body.ok) return refuse(body.failure, context);
    const values = readValues(spec, c.req.param(), url, body.value);
    if (!values.ok) return refuse(values.failure, context);
    const actor = actorOf(caller.value);
    const status = spec.status ?? 200;
    const given = { ...context, ...values.value, headers: request.headers, idempotencyKey, actor };
    const execute: Execute<z.input<A>> = (keep) =>
      decideOnTrail(new AuditTrail(deps, { actor, requestId: context.requestId }), async (trail) => {
        if (caller.value.kind === "principal" && recordsChange(name))
          await trail.open(caller.value.principal.organizationId);
        return handler({ ...given, keep, trail }, caller.value);
      });
    if (!once) return respond(await execute(keepNothing), status, context);
    const content = [method, url.pathname + url.search, body.value] as const;
    const token = sealingSecretOf(caller.value) ?? readToken(request.headers) ?? "";
    return answerOnce(deps, { actor, idempotencyKey, token, content }, { ...context, status }, execute);
  });
}

async function keepNothing(): Promise<readonly Statement[]> {
  return [];
}

function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case "anonymous":
      return caller.kind;
    case "person":
      return caller.person.id;
    case "platform_admin":
      return caller.person?.id ?? caller.kind;
    case "principal":
      return (caller.person === null ? null : caller.principal.memberId) ?? caller.principal.id;
  }
}

/** What only the caller's session has. Null: the caller has a token. */
function sealingSecretOf(caller: Caller): string | null {
  return caller.kind === "anonymous" ? null : (caller.person?.sealingSecret ?? null);
}

function isIdempotencyKey(text: string): boolean {
  return text.length > 0 && text.length <= MAX_IDEMPOTENCY_KEY_LENGTH && /^[\x20-\x7e]+$/.test(text);
}
