/** Telling a stream of events from a whole answer by what came, because providers and what stands before them mislabel both. */

const EVENT_STREAM = "text/event-stream";
const OPEN_OBJECT = 0x7b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

export type AnswerForm = "stream" | "json";

/**
 * How to read an answer of status 2xx. A request for a whole answer gets one unless the content type says events; else the
 * first byte that is no white space decides, because an event stream never begins with `{` (WHATWG HTML, Server-sent
 * events: it would be a field without meaning). Without such a byte it is a stream: an empty one ends as incomplete.
 * Media types are compared without case or parameters (RFC 9110 §8.3.1).
 */
export function answerForm(contentType: string | null, firstBytes: Uint8Array, streamed: boolean): AnswerForm {
  if (!mayStream(contentType, streamed)) return "json";
  return firstByte(firstBytes) === OPEN_OBJECT ? "json" : "stream";
}

/** True when `answerForm` cannot say yet: it depends on the first byte of the body, which is still to come. */
export function needsFirstByte(contentType: string | null, firstBytes: Uint8Array, streamed: boolean): boolean {
  return mayStream(contentType, streamed) && firstByte(firstBytes) === undefined;
}

function mayStream(contentType: string | null, streamed: boolean): boolean {
  const mediaType = (contentType ?? "").split(";", 1)[0] ?? "";
  return streamed || mediaType.trim().toLowerCase() === EVENT_STREAM;
}

/** The first byte behind a byte order mark and white space. */
function firstByte(bytes: Uint8Array): number | undefined {
  const marked = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  return bytes.subarray(marked ? BYTE_ORDER_MARK.length : 0).find((byte) => !isSpace(byte));
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
