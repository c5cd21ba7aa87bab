/** How long it is until an instant, counting down. */
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { formatTime } from "./format.ts";

const SECOND_MS = 1_000;

const UNITS = [
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
  ["second", 1],
] as const;

/** `2 days 3 hours`, `4 minutes 10 seconds`: the two largest units. `now` when it is over. */
export function sayDuration(durationMs: number): string {
  let seconds = Math.ceil(durationMs / SECOND_MS);
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

/** `1:02:03`. */
export function formatSeconds(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const padded = [minutes, rest].map((part) => String(part).padStart(2, "0")).join(":");
  return hours === 0 ? padded : `${hours}:${padded}`;
}

/** Whole seconds until then, 0 when it is over; ticks by the second. */
export function useSecondsUntil(iso: string): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useInterval(() => setNowMs(Date.now()), SECOND_MS, { autoInvoke: true });
  return Math.max(0, Math.ceil((Date.parse(iso) - nowMs) / SECOND_MS));
}

export function Countdown({ to }: { readonly to: string }) {
  const seconds = useSecondsUntil(to);
  return (
    <time dateTime={to} title={formatTime(to)} style={{ fontVariantNumeric: "tabular-nums" }}>
      {sayDuration(seconds * SECOND_MS)}
    </time>
  );
}
