/** How long it is until an instant, counting down. */
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { formatTime } from "./format.ts";

const UNITS = [
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
  ["second", 1],
] as const;

/** `2 days 3 hours`, `4 minutes 10 seconds`: the two largest units. `now` when it is over. */
export function sayDuration(durationMs: number): string {
  let seconds = Math.ceil(durationMs / 1_000);
  if (seconds <= 0) return "now";
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

export function Countdown({ to }: { readonly to: string }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useInterval(() => setNowMs(Date.now()), 1_000, { autoInvoke: true });
  return (
    <time dateTime={to} title={formatTime(to)} style={{ fontVariantNumeric: "tabular-nums" }}>
      {sayDuration(Date.parse(to) - nowMs)}
    </time>
  );
}
