/** Sends an answer over the wire, well or badly, as the behaviour says. */
import type { ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep, setImmediate as nextTurn } from "node:timers/promises";
import { constants, createGzip, gzipSync, type Gzip } from "node:zlib";
import type { Answer, Dialect, StreamEvent } from "./answer.ts";
import type { Behaviour } from "./behaviour.ts";
import type { RequestProgress } from "./recorder.ts";

export interface Delivery {
  readonly response: ServerResponse;
  readonly behaviour: Behaviour;
  readonly progress: RequestProgress;
  readonly dialect: Dialect;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
}

/** Sends the answer; returns when it is complete, cut, or the client has left. */
export async function sendAnswer(answer: Answer, delivery: Delivery): Promise<void> {
  const { behaviour, gone, progress, response } = delivery;
  if (behaviour.flags.reset === true) return cut(delivery);
  if (behaviour.flags.hang === true) return waitForever(gone);
  await wait(behaviour.counts.delay_ms, gone);
  if (gone.aborted) return;
  progress.status = answer.kind === "json" ? answer.status : 200;
  await (answer.kind === "json" ? sendJson(answer, delivery) : sendStream(answer, delivery));
  if (gone.aborted || progress.outcome === "cut") return;
  // Known before the client can know it; the listener for `close` takes it back if the bytes do not arrive.
  progress.outcome = "complete";
  response.end();
}

async function sendJson(answer: Answer & { kind: "json" }, delivery: Delivery): Promise<void> {
  const { behaviour, response } = delivery;
  const plain = Buffer.from(JSON.stringify(answer.body));
  const body = behaviour.flags.gzip === true ? gzipSync(plain) : plain;
  response.writeHead(answer.status, {
    "content-type": behaviour.texts.content_type ?? "application/json",
    "content-length": body.length,
    ...(behaviour.flags.gzip === true ? { "content-encoding": "gzip" } : {}),
    ...answer.headers,
  });
  if (behaviour.counts.cut_after !== undefined || behaviour.counts.hang_after !== undefined) {
    await write(body.subarray(0, Math.floor(body.length / 2)), delivery);
    return behaviour.counts.hang_after === undefined ? cut(delivery) : waitForever(delivery.gone);
  }
  await writeInChunks(body, delivery);
}

async function sendStream(answer: Answer & { kind: "stream" }, delivery: Delivery): Promise<void> {
  const { behaviour, dialect, gone, progress, response } = delivery;
  const { counts, flags } = behaviour;
  const gzip = flags.gzip === true ? createGzip() : null;
  response.writeHead(200, {
    "content-type": behaviour.texts.content_type ?? "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    ...(gzip === null ? {} : { "content-encoding": "gzip" }),
    ...answer.headers,
  });
  response.flushHeaders();
  await wait(counts.ttft_ms, gone);
  const send = async (event: StreamEvent): Promise<void> => {
    const bytes = frameEvent(event, flags.crlf === true);
    await writeInChunks(gzip === null ? bytes : await compress(gzip, bytes), delivery);
    progress.eventsSent += 1;
  };
  for (const event of answer.events) {
    if (progress.eventsSent > 0) await wait(counts.frame_gap_ms, gone);
    if (gone.aborted) return;
    if (progress.eventsSent === counts.cut_after) return cut(delivery);
    if (progress.eventsSent === counts.hang_after) return waitForever(gone);
    if (progress.eventsSent === counts.end_after) break;
    if (progress.eventsSent === counts.error_after) {
      await send(dialect.writeErrorEvent(progress.eventsSent));
      break;
    }
    if (event.terminal && flags.no_terminal === true) break;
    await send(event);
  }
  if (gzip !== null) await writeInChunks(await finish(gzip), delivery);
}

/** One event as bytes: `event:` where the dialect names events, `data:`, an empty line. */
function frameEvent(event: StreamEvent, crlf: boolean): Buffer {
  const newline = crlf ? "\r\n" : "\n";
  const name = event.name === null ? "" : `event: ${event.name}${newline}`;
  return Buffer.from(`${name}data: ${event.data}${newline}${newline}`);
}

async function writeInChunks(bytes: Buffer, delivery: Delivery): Promise<void> {
  const ends = chunkEnds(bytes, delivery.behaviour.texts.chunking);
  let start = 0;
  for (const end of ends) {
    if (delivery.gone.aborted) return;
    await write(bytes.subarray(start, end), delivery);
    if (end < bytes.length) await nextTurn();
    start = end;
  }
}

/** Where to end each write. `mid_utf8` ends one inside every character of more than one byte. */
function chunkEnds(bytes: Buffer, chunking: string | undefined): readonly number[] {
  switch (chunking) {
    case "bytes":
      return Array.from(bytes, (_, index) => index + 1);
    case "mid_utf8":
      return [...bytes.entries()].flatMap(([index, byte]) => (byte >= 0xc0 ? [index + 1] : [])).concat(bytes.length);
    case "split_events":
      return [Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length];
    default:
      return [bytes.length];
  }
}

async function write(bytes: Buffer, delivery: Delivery): Promise<void> {
  const { gone, progress, response } = delivery;
  if (bytes.length === 0 || gone.aborted) return;
  progress.bytesSent += bytes.length;
  if (!response.write(bytes)) await Promise.race([once(response, "drain"), waitForever(gone)]);
}

function cut(delivery: Delivery): void {
  delivery.progress.outcome = "cut";
  const { response } = delivery;
  // What was written must leave before the reset, or the client would see less than was recorded.
  if (response.headersSent) setTimeout(() => response.destroy(), 20);
  else response.destroy();
}

async function wait(milliseconds: number | undefined, gone: AbortSignal): Promise<void> {
  if (milliseconds === undefined || milliseconds === 0 || gone.aborted) return;
  await sleep(milliseconds, undefined, { signal: gone }).catch(() => {});
}

async function waitForever(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
}

async function compress(gzip: Gzip, bytes: Buffer): Promise<Buffer> {
  gzip.write(bytes);
  await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
  return readAll(gzip);
}

async function finish(gzip: Gzip): Promise<Buffer> {
  const parts: Buffer[] = [];
  gzip.on("data", (part: Buffer) => parts.push(part));
  gzip.end();
  await once(gzip, "end");
  return Buffer.concat(parts);
}

function readAll(gzip: Gzip): Buffer {
  const part: unknown = gzip.read();
  return Buffer.isBuffer(part) ? part : Buffer.alloc(0);
}
