/** How long until an instant; ticks by the second. */
import { useEffect, useState } from "react";

const SECOND_MS = 1_000;

/** Whole seconds until then, 0 when it is over. */
export function useSecondsUntil(iso: string): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const untilMs = Date.parse(iso);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((untilMs - nowMs) / SECOND_MS));
}

/** `1:02:03`. */
export function formatSeconds(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const padded = [minutes, rest].map((part) => String(part).padStart(2, "0")).join(":");
  return hours === 0 ? padded : `${hours}:${padded}`;
}
