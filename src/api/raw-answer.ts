/** Answers that are not JSON of ours: bytes that somebody else wrote, which no browser may take for a page of ours. */
import { z } from "zod";

/** A whole response, passed on as it is. */
export const rawAnswerSchema = z
  .custom<Response>((value) => value instanceof Response)
  .meta({ type: "string", description: "The bytes." });

/** Bytes of a foreign hand: never sniffed, run or shown as a page, never kept by a cache. */
export function foreignBytes(
  bytes: ReadableStream,
  { contentType, fileName }: { readonly contentType: string; readonly fileName: string },
): Response {
  return new Response(bytes, {
    headers: {
      "content-type": contentType,
      "content-disposition": `attachment; filename="${fileName}"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  });
}
