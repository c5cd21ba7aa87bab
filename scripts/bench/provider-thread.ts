/** The provider of the benchmark, in a thread of its own. Tells its port to the thread that started it. */
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { cannedAnswers, SENT_AT_PLACEHOLDER } from "./canned-answers.ts";

const answers = cannedAnswers();

const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (body += chunk));
  request.on("end", () => {
    const answer = answers.get(request.url ?? "");
    if (answer === undefined) return response.writeHead(404).end();
    if (!body.includes('"stream":true')) {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(answer.json) };
      return response.writeHead(200, headers).end(answer.json);
    }
    const gapMs = Number(/one frame every (\d+) ms/.exec(body)?.[1] ?? 0);
    return void sendFrames(response, answer.frames, gapMs);
  });
});
server.keepAliveTimeout = 60_000;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
server.listen(0, "127.0.0.1", () => parentPort?.postMessage(server.address()));

/** Every frame is a write of its own; without a gap the event loop turns once between two, so that they stay apart. */
async function sendFrames(response: ServerResponse, frames: readonly string[], gapMs: number): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  for (const [index, frame] of frames.entries()) {
    if (index > 0) await (gapMs === 0 ? new Promise((resolve) => setImmediate(resolve)) : sleep(gapMs));
    response.write(frame.replace(SENT_AT_PLACEHOLDER, String(process.hrtime.bigint())));
  }
  response.end();
}
