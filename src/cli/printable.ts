/** Text that other people wrote, for a terminal: without control characters, which could move its cursor or say other things. */
export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, "\u{fffd}");
}
