/** Sends a request to the gateway as the person who is signed in, and reads its stream. The browser holds no key. */
import { createParser } from "eventsource-parser";
import { readOrganizationId } from "../../api/organization-choice.ts";
import { signIn } from "../../api/query-client.ts";
import type { Answer, ChatEndpoint } from "./conversation.ts";
import { readRefusal, unreachable, type Refusal } from "./refusal.ts";
import { PATHS } from "./request.ts";
import { readCost, readEvent } from "./stream.ts";

export interface Sending {
  readonly endpoint: ChatEndpoint;
  /** To the byte. */
  readonly body: string;
  readonly ticketId: string | null;
  readonly signal: AbortSignal;
  readonly onHead: (head: Pick<Answer, "requestId" | "logId">) => void;
  readonly onText: (text: string) => void;
  readonly onCost: (quote: NonNullable<Answer["quote"]>) => void;
}

export type Ending =
  | { readonly state: "done" | "cut" | "stopped" }
  | { readonly state: "broken"; readonly note: string }
  | { readonly state: "refused"; readonly refusal: Refusal };

const ENDED_EARLY = "The connection ended before the answer did.";

/** Never throws: whatever happens is an ending. */
export async function send(sending: Sending): Promise<Ending> {
  const response = await request(sending);
  if (response === null) return sending.signal.aborted ? { state: "stopped" } : refused(unreachable());
  if (response.status === 401) signIn();
  if (!response.ok || response.body === null) {
    const body: unknown = await response.json().catch(() => null);
    return refused(readRefusal(body, response, Date.now()));
  }
  sending.onHead({
    requestId: response.headers.get("x-request-id"),
    logId: response.headers.get("x-keeptrusts-reservation")?.replace(/^res_/, "log_") ?? null,
  });
  return readStream(response.body, sending);
}

function refused(refusal: Refusal): Ending {
  return { state: "refused", refusal };
}

/** Null: no answer came. */
async function request({ endpoint, body, ticketId, signal }: Sending): Promise<Response | null> {
  const organizationId = readOrganizationId();
  try {
    return await fetch(PATHS[endpoint], {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "content-type": "application/json",
        "x-keeptrusts-include-cost": "true",
        ...(endpoint === "anthropic.messages" ? { "anthropic-version": "2023-06-01" } : {}),
        ...(organizationId === null ? {} : { "x-keeptrusts-organization": organizationId }),
        ...(ticketId === null ? {} : { "x-cost-ticket": ticketId }),
      },
      body,
      signal,
    });
  } catch {
    return null;
  }
}

async function readStream(body: ReadableStream<Uint8Array>, sending: Sending): Promise<Ending> {
  let ending: Ending | null = null;
  const parser = createParser({
    onEvent: ({ data }) => {
      for (const step of readEvent(sending.endpoint, data)) {
        if (step.kind === "text") sending.onText(step.text);
        else if (step.kind === "error") ending = { state: "broken", note: step.message };
        else ending ??= { state: step.cut ? "cut" : "done" };
      }
    },
    onComment: (comment) => {
      const quote = readCost(comment);
      if (quote !== null) sending.onCost(quote);
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      parser.feed(decoder.decode(chunk.value, { stream: true }));
    }
  } catch (error) {
    if (sending.signal.aborted) return { state: "stopped" };
    // Whatever is left of it is not read, so that the provider is not paid for it.
    await reader.cancel().catch(() => undefined);
    return { state: "broken", note: error instanceof SyntaxError ? "The answer could not be read." : ENDED_EARLY };
  }
  return ending ?? { state: "broken", note: ENDED_EARLY };
}
