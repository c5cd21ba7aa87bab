/** Reads the beginning of a body and gives the whole of it back, for answers whose label cannot be trusted. */
import { joinBytes } from "../provider/event-splitter.ts";

export interface PeekedBody {
  readonly firstBytes: Uint8Array;
  /** From its first byte on. */
  readonly body: ReadableStream<Uint8Array>;
}

/** Reads chunks while `needsMore` says so of what has come; never more than one chunk beyond that. */
export async function peekBody(
  body: ReadableStream<Uint8Array>,
  needsMore: (bytes: Uint8Array) => boolean,
): Promise<PeekedBody> {
  const reader = body.getReader();
  let firstBytes: Uint8Array = new Uint8Array();
  while (needsMore(firstBytes)) {
    const { done, value } = await reader.read();
    if (done) break;
    firstBytes = joinBytes([firstBytes, value]);
  }
  const replayed = new ReadableStream<Uint8Array>({
    start(controller) {
      if (firstBytes.byteLength > 0) controller.enqueue(firstBytes);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { firstBytes, body: replayed };
}
