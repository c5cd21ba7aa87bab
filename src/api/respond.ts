/** The one place where what a handler of the control plane gives becomes a response. Refusals have the OpenAI shape. */
import type { Failure, Result } from "../core/failure.ts";
import { failureResponse } from "../provider/failure.ts";

export interface AnswerContext {
  readonly requestId: string;
  readonly nowMs: number;
  /** Of this gateway, for addresses of ours in the answer. */
  readonly origin?: string;
}

export function respond(answer: Result<unknown>, status: number, context: AnswerContext): Response {
  if (!answer.ok) return refuse(answer.failure, context);
  return answer.value instanceof Response ? answer.value : Response.json(answer.value, { status });
}

export function refuse(failure: Failure, context: AnswerContext): Response {
  const { status, headers, body } = failureResponse("openai", failure, context);
  return Response.json(body, { status, headers });
}
