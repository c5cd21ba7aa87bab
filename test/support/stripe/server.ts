/** The stand-in on a port of this machine, for gateways that run in their own process. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { StripeStandIn, type StandInOptions } from "./stand-in.ts";

export interface StripeServer {
  readonly url: string;
  readonly stripe: StripeStandIn;
  close(): Promise<void>;
}

export async function startStripeServer(options: StandInOptions): Promise<StripeServer> {
  const stripe = new StripeStandIn(options);
  const server = createServer((request, response) => void serve(stripe, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stripe,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function serve(stripe: StripeStandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const url = `http://${request.headers.host ?? "127.0.0.1"}${request.url ?? "/"}`;
  const method = request.method ?? "GET";
  const answer = await stripe.answer(new Request(url, { method, headers, ...(method === "POST" ? { body } : {}) }));
  if (answer === null) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}
