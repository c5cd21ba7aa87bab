/** Refusals of the API as errors (docs/api.md, Failure). */
import { z } from "zod/mini";

const bodySchema = z.object({
  error: z.object({ message: z.string(), code: z.string(), param: z.optional(z.nullable(z.string())) }),
});

/** What the API refused, or that it could not be reached (`status` 0). */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  /** Ours, e.g. `not_found`; `unreachable` and `unreadable_answer` are the console's own. */
  readonly code: string;
  /** The field that is wrong. */
  readonly param: string | null;
  readonly requestId: string | null;

  constructor(
    message: string,
    facts: { status: number; code: string; param?: string | null; requestId?: string | null },
  ) {
    super(message);
    this.status = facts.status;
    this.code = facts.code;
    this.param = facts.param ?? null;
    this.requestId = facts.requestId ?? null;
  }
}

export function readFailure(body: unknown, response: Response): ApiFailure {
  const requestId = response.headers.get("x-request-id");
  const read = bodySchema.safeParse(body);
  if (!read.success) {
    const message = `The gateway answered ${response.status}, and nothing that the console understands.`;
    return new ApiFailure(message, { status: response.status, code: "unreadable_answer", requestId });
  }
  const { message, code, param = null } = read.data.error;
  return new ApiFailure(message, { status: response.status, code, param, requestId });
}

/** Whether a change that failed so may have happened all the same: its answer was lost, or is no decision. */
export function mayHaveHappened(error: Error): boolean {
  return !(error instanceof ApiFailure) || error.status === 0 || error.status >= 500;
}

/** What the person can do about an error, beyond what its message says. */
export function adviceFor(error: Error): string {
  if (!(error instanceof ApiFailure))
    return "Reload the page. If it happens again, tell your administrator what you did.";
  if (error.status === 0) return "Check your connection and try again.";
  if (error.status === 403) return "Ask an administrator of your organization for the capability.";
  if (error.status === 404) return "It may have been deleted, or belong to another organization.";
  if (error.status === 429) return "Wait a moment and try again.";
  if (error.status >= 500) return "Try again. If it happens again, give your administrator the request's id.";
  return "Change what it names and try again.";
}
