/** A request with an `Idempotency-Key`: executed by whoever holds its claim, answered as the first time to everybody else. */
import { ok, type Result } from "../core/failure.ts";
import type { ApiDeps } from "./deps.ts";
import {
  claimAnswer,
  IN_PROGRESS,
  isClaimLost,
  isFinal,
  keepAnswer,
  keepStatements,
  releaseClaim,
  type Claim,
  type IdempotentRequest,
  type KeptAnswer,
} from "./idempotency.ts";
import { refuse, respond, type AnswerContext } from "./respond.ts";
import type { Keep } from "./save-change.ts";

/** Runs the handler; `keep` gives the statement that keeps its answer in the transaction of its change. */
export type Execute<W> = (keep: Keep<W>) => Promise<Result<W>>;

export async function answerOnce<W>(
  deps: ApiDeps,
  request: IdempotentRequest,
  context: AnswerContext & { readonly status: number },
  execute: Execute<W>,
): Promise<Response> {
  const claiming = await claimAnswer(deps.db, request, context.nowMs);
  switch (claiming.outcome) {
    case "refused":
      return refuse(claiming.failure, context);
    case "answered":
      return replay(claiming.answer);
    case "claimed":
      return executeClaimed(deps, claiming.claim, context, execute);
  }
}

/** A handler that throws leaves its claim to the lease: what it has sent to D1 may still be carried out. */
async function executeClaimed<W>(
  deps: ApiDeps,
  claim: Claim,
  context: AnswerContext & { readonly status: number },
  execute: Execute<W>,
): Promise<Response> {
  let isKept = false;
  let answer: Result<W>;
  try {
    answer = await execute(async (value) => {
      isKept = true;
      return keepStatements(deps.db, claim, await readAnswer(respond(ok(value), context.status, context)));
    });
  } catch (error) {
    if (isClaimLost(error)) return refuse(IN_PROGRESS, context);
    throw error;
  }
  const response = respond(answer, context.status, context);
  if (answer.ok && isKept) return response;
  await endClaim(deps, claim, answer, response.clone(), context.requestId);
  return response;
}

/** The request is decided, and answered whatever becomes of this: without it a repeat waits for the end of the lease. */
async function endClaim(
  deps: ApiDeps,
  claim: Claim,
  answer: Result<unknown>,
  response: Response,
  requestId: string,
): Promise<void> {
  try {
    if (answer.ok || isFinal(answer.failure, response.status)) {
      await keepAnswer(deps.db, claim, await readAnswer(response));
    } else {
      await releaseClaim(deps.db, claim);
    }
  } catch (error) {
    deps.reportError(error, requestId);
  }
}

async function readAnswer(response: Response): Promise<KeptAnswer> {
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

function replay({ status, headers, body }: KeptAnswer): Response {
  const replayed = new Headers(headers.map(([name, value]): [string, string] => [name, value]));
  replayed.set("idempotency-replayed", "true");
  return new Response(body, { status, headers: replayed });
}
