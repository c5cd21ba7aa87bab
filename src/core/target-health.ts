/** How targets did lately. It orders them and refuses nothing; losing it changes no correctness (design: Where state lives). */

/** One target, as a Worker knows it. */
export interface TargetHealthView {
  /** Null: a managed target, which all organizations share. */
  readonly gatewayId: string | null;
  readonly targetId: string;
  /** Tried after all others. */
  readonly isOpen: boolean;
  /** Time to the first byte, smoothed; null: not measured yet. */
  readonly latencyMs: number | null;
}
