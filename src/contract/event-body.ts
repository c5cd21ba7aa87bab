/** The bodies of an event, beside its row: where they are kept and what is known of each. */

export const BODY_PARTS = ["request", "response"] as const;
export type BodyPart = (typeof BODY_PARTS)[number];

/** The event that a body belongs to; its day is that of the event. */
export interface EventAddress {
  readonly organizationId: string;
  readonly eventId: string;
  readonly createdAtMs: number;
}

export interface BodyFacts {
  /** How long the body was; more than is kept when it is `truncated`. */
  readonly totalBytes: number;
  readonly truncated: boolean;
  /** As its sender called it; null: not at all. */
  readonly contentType: string | null;
  /** Of an answer. */
  readonly status: number | null;
}

export interface EventBody extends BodyFacts {
  readonly bytes: Uint8Array;
}
