/** The values of a request of the control plane, as the schemas of its route give them. */
import { z } from "zod";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { describeIssue } from "../contract/issue-message.ts";
import { valueAt } from "../contract/value-at.ts";
import { readText } from "./read-bounded.ts";
import type { RouteSpec } from "./route-reference.ts";

const MAX_API_BODY_BYTES = 1024 * 1024;

export const nothing = z.strictObject({});

export interface Values<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** Refuses with `invalid_request` what the route does not take. A route without a schema for the body does not look at it. */
export function readValues<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: RouteSpec<P, Q, B, A>,
  pathParams: Record<string, string>,
  url: URL,
  bodyText: string,
): Result<Values<z.output<P>, z.output<Q>, z.output<B>>> {
  const params = parse(spec.params, pathParams);
  if (!params.ok) return params;
  const query = parse(spec.query, Object.fromEntries(url.searchParams));
  if (!query.ok) return query;
  const given = readGiven(spec, bodyText);
  if (!given.ok) return given;
  const body = parse(spec.body, given.value);
  if (!body.ok) return body;
  return ok({ params: params.value, query: query.value, body: body.value });
}

function readGiven(spec: { readonly body?: unknown; readonly bodyTypes?: unknown }, text: string): Result<unknown> {
  if (spec.body === undefined) return ok({});
  return spec.bodyTypes === undefined ? readJson(text) : ok(text);
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

function readJson(text: string): Result<unknown> {
  if (text.trim() === "") return ok({});
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(invalid(null, "invalid_json", "The body is not valid JSON."));
  }
  // Only an escape can bring half a character in: the decoder has replaced what is no UTF-8.
  const broken = text.includes("\\u") ? findBrokenText(value) : null;
  if (broken === null) return ok(value);
  return fail(invalid(broken, "invalid_value", `\`${broken}\`: expected text without half of a surrogate pair.`));
}

/**
 * The path of a text that is not well-formed Unicode; null: there is none. Such a text has no UTF-8, so that what is hashed with it,
 * as the audit log is, could not be verified elsewhere (RFC 8785 §3.2.2.2). Bodies may be nested deeper than a recursion can go.
 */
function findBrokenText(json: unknown): string | null {
  const open: (readonly [path: string, value: unknown])[] = [["", json]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, value] = next;
    if (typeof value === "string" && !value.isWellFormed()) return path;
    if (typeof value !== "object" || value === null) continue;
    for (const [name, member] of Object.entries(value)) open.push([path === "" ? name : `${path}.${name}`, member]);
  }
  return null;
}

/** Reads at most the limit, whatever `content-length` says; refuses with `body_too_large`. */
export async function readBody(request: Request): Promise<Result<string>> {
  const tooLarge = fail<Failure>({ kind: "body_too_large", limitBytes: MAX_API_BODY_BYTES });
  if (Number(request.headers.get("content-length") ?? 0) > MAX_API_BODY_BYTES) return tooLarge;
  const text = await readText(request, MAX_API_BODY_BYTES);
  return text === null ? tooLarge : ok(text);
}
