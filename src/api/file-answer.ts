/** Answers that are files, not JSON of ours: what is in them may be somebody else's, and no browser may take it for a page of ours. */
import { z } from "zod";

/** Of a route with `files`: a whole response, passed on as it is. */
export const fileAnswerSchema = z.custom<Response>((value) => value instanceof Response);

/** Never sniffed, run or shown as a page, never kept by a cache. */
export function fileAnswer(
  bytes: ReadableStream,
  { contentType, fileName }: { readonly contentType: string; readonly fileName: string },
): Response {
  return new Response(bytes, {
    headers: {
      "content-type": `${contentType}; charset=utf-8`,
      "content-disposition": `attachment; filename="${fileName}"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  });
}

/** Text that is made while it is being sent. */
export function streamText(parts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
}
