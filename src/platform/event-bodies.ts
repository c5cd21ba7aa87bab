/**
 * Bodies of events in R2, one object each: `events/<organization>/<yyyy-mm-dd>/<event>/<part>`, so that a day of an
 * organization can be listed and removed.
 */
import { z } from "zod";
import type { BodyFacts, BodyPart, EventAddress, EventBody } from "../contract/event-body.ts";
import { dayOf } from "../core/event.ts";

/** What R2 lists, and deletes, in one call. */
const KEYS_PER_CALL = 1_000;

export interface StoredBody extends BodyFacts {
  readonly keptBytes: number;
}

export interface EventBodies {
  /** A repeat writes the same again. */
  put(address: EventAddress, part: BodyPart, body: EventBody): Promise<void>;
  /** Null: it is not there. */
  find(address: EventAddress, part: BodyPart): Promise<StoredBody | null>;
  read(address: EventAddress, part: BodyPart): Promise<(StoredBody & { readonly stream: ReadableStream }) | null>;
  /** Removes up to a thousand bodies of a day, and tells whether there may be more. */
  removeSome(organizationId: string, day: string): Promise<"more" | "none_left">;
}

/** All methods throw what R2 throws. */
export function createEventBodies(bucket: R2Bucket): EventBodies {
  return {
    async put(address, part, { bytes, totalBytes, truncated, contentType, status }) {
      await bucket.put(keyOf(address, part), bytes, {
        ...(contentType === null ? {} : { httpMetadata: { contentType } }),
        customMetadata: {
          total_bytes: String(totalBytes),
          truncated: String(truncated),
          ...(status === null ? {} : { status: String(status) }),
        },
      });
    },
    async find(address, part) {
      const object = await bucket.head(keyOf(address, part));
      return object === null ? null : factsOf(object);
    },
    async read(address, part) {
      const object = await bucket.get(keyOf(address, part));
      return object === null ? null : { ...factsOf(object), stream: object.body };
    },
    async removeSome(organizationId, day) {
      const { objects, truncated } = await bucket.list({
        prefix: `events/${organizationId}/${day}/`,
        limit: KEYS_PER_CALL,
      });
      if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key));
      return truncated ? "more" : "none_left";
    },
  };
}

function keyOf({ organizationId, eventId, createdAtMs }: EventAddress, part: BodyPart): string {
  return `events/${organizationId}/${dayOf(createdAtMs)}/${eventId}/${part}`;
}

const metadataSchema = z.object({
  total_bytes: z.coerce.number().int().nonnegative(),
  truncated: z.enum(["true", "false"]),
  status: z.coerce.number().int().optional(),
});

function factsOf({ size, customMetadata, httpMetadata }: R2Object): StoredBody {
  const facts = metadataSchema.parse(customMetadata);
  return {
    keptBytes: size,
    totalBytes: facts.total_bytes,
    truncated: facts.truncated === "true",
    contentType: httpMetadata?.contentType ?? null,
    status: facts.status ?? null,
  };
}
