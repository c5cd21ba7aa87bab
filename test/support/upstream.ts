/** A compatible endpoint of a test's own, which answers as the test says and remembers what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { asJson, type Json } from "./organization.ts";

export interface UpstreamCall {
  readonly path: string;
  readonly authorization: string;
  readonly body: Json;
}

/** Null: the connection is cut before anything is answered. */
export type UpstreamAnswer = { readonly status: number; readonly body: unknown } | "stream_cut" | null;

export interface Upstream {
  /** With `/v1`. */
  readonly url: string;
  readonly calls: UpstreamCall[];
  /** What the next calls get. */
  answer: UpstreamAnswer;
  stop(): Promise<void>;
}

/** A chat completion that names `model` and has used so many tokens. */
export function chatAnswer(
  usage: Readonly<Record<string, unknown>>,
  model = "what-the-upstream-calls-it",
): UpstreamAnswer {
  const message = { role: "assistant", content: "Hello" };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  return { status: 200, body: { id: "chatcmpl-1", object: "chat.completion", created: 1, model, choices, usage } };
}

export async function startUpstream(): Promise<Upstream> {
  const upstream = { calls: new Array<UpstreamCall>(), answer: chatAnswer({}) };
  const server = createServer((request, response) => void serve(upstream, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = addressOf(server.address());
  return Object.assign(upstream, {
    url: `http://127.0.0.1:${port}/v1`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address !== "object" || address === null) throw new Error("the upstream has no port");
  return address;
}

async function serve(
  { calls, answer }: Pick<Upstream, "calls" | "answer">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  calls.push({
    path: request.url ?? "",
    authorization: request.headers.authorization ?? "",
    body: asJson(JSON.parse(Buffer.concat(chunks).toString("utf8"))),
  });
  if (answer === null) {
    request.socket.destroy();
  } else if (answer === "stream_cut") {
    const delta = {
      id: "c",
      object: "chat.completion.chunk",
      model: "m",
      choices: [{ index: 0, delta: { content: "Hel" } }],
    };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(delta)}\n\n`);
    setTimeout(() => request.socket.destroy(), 50);
  } else {
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }
}
