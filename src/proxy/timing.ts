/** Where the time of a request went, for `server-timing` and the spend log. Measured between I/O, in milliseconds. */

export type Phase = "authorize" | "upstream";

export interface Timing {
  /** Runs `work` and adds its duration to a phase. */
  measure<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
  elapsedMs(): number;
  phaseMs(phase: Phase): number | null;
  /** The `server-timing` header: the gateway's own share, then the phases. */
  header(): string;
}

/** Starts the clock of one request. */
export function startTiming(nowMs: () => number): Timing {
  const startedAtMs = nowMs();
  const phases = new Map<Phase, number>();
  const elapsedMs = (): number => nowMs() - startedAtMs;
  return {
    async measure(phase, work) {
      const beganAtMs = nowMs();
      try {
        return await work();
      } finally {
        phases.set(phase, (phases.get(phase) ?? 0) + nowMs() - beganAtMs);
      }
    },
    elapsedMs,
    phaseMs: (phase) => phases.get(phase) ?? null,
    header() {
      const authorizeMs = phases.get("authorize") ?? 0;
      const upstreamMs = phases.get("upstream") ?? 0;
      const ownMs = Math.max(0, elapsedMs() - authorizeMs - upstreamMs);
      return `gw;dur=${ownMs}, authorize;dur=${authorizeMs}, upstream;dur=${upstreamMs}`;
    },
  };
}
