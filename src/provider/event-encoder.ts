/** Writing an event of our own into a stream that may have stopped anywhere. */
import type { EventSplitter } from "./event-splitter.ts";

/**
 * An event as bytes. A stream that stopped inside an event is closed first, so that the new event stands alone: after a
 * whole line a blank line ends the event; inside a line `closeWith` can name the broken event so that readers skip it.
 */
export function encodeEvent(
  position: EventSplitter["position"],
  name: string | null,
  data: unknown,
  closeWith: string | null = null,
): Uint8Array {
  const inLine = closeWith === null ? "\n\n" : `\nevent: ${closeWith}\n\n`;
  const close = position === "between_events" ? "" : position === "between_lines" ? "\n" : inLine;
  return new TextEncoder().encode(close + eventText(name, JSON.stringify(data)));
}

/** An event of one line of data, for a stream that stands between events. */
export function eventText(name: string | null, data: string): string {
  return `${name === null ? "" : `event: ${name}\n`}data: ${data}\n\n`;
}
