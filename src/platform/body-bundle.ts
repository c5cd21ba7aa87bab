/**
 * Several bodies of events in one object: the length of a header in four bytes, the header as JSON, then the bodies one after the
 * other. The header says which bodies there are and where, so that one of them can be read without the others.
 */
import { z } from "zod";
import { BODY_PARTS } from "../contract/event-body.ts";
import type { BodyPart, EventAddress, EventBody } from "../contract/event-body.ts";
import { dayOf } from "../core/event.ts";

export interface NamedBody {
  readonly address: EventAddress;
  readonly part: BodyPart;
  readonly body: EventBody;
}

/** All of one `bundlePlace`. */
export type Bundled = readonly [NamedBody, ...NamedBody[]];

/** Where the bundles of an event's bodies are. */
export function bundlePlace({ organizationId, createdAtMs }: EventAddress): string {
  return `events/${organizationId}/${dayOf(createdAtMs)}/${Math.floor(createdAtMs / 1_000)}`;
}

const entrySchema = z.strictObject({
  event: z.string(),
  part: z.enum(BODY_PARTS),
  /** Behind the header. */
  offset: z.int().nonnegative(),
  length: z.int().nonnegative(),
  total_bytes: z.int().nonnegative(),
  truncated: z.boolean(),
  content_type: z.string().nullable(),
  status: z.int().nullable(),
});
export type BundleEntry = z.infer<typeof entrySchema>;

export interface BundleHeader {
  /** Where the bodies begin. */
  readonly bodiesAt: number;
  readonly entries: readonly BundleEntry[];
}

const LENGTH_BYTES = 4;

export function packBundle(bodies: readonly NamedBody[]): Uint8Array {
  let offset = 0;
  const entries = bodies.map(({ address, part, body }): BundleEntry => {
    const length = body.bytes.byteLength;
    const entry = {
      event: address.eventId,
      part,
      offset,
      length,
      total_bytes: body.totalBytes,
      truncated: body.truncated,
      content_type: body.contentType,
      status: body.status,
    };
    offset += length;
    return entry;
  });
  const header = new TextEncoder().encode(JSON.stringify(entries));
  const bundle = new Uint8Array(LENGTH_BYTES + header.byteLength + offset);
  new DataView(bundle.buffer).setUint32(0, header.byteLength);
  bundle.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.byteLength;
  for (const { body } of bodies) {
    bundle.set(body.bytes, at);
    at += body.bytes.byteLength;
  }
  return bundle;
}

/** From the beginning of a bundle. A number: so many bytes of it are needed. Throws when its header is none. */
export function readBundleHeader(beginning: Uint8Array): BundleHeader | number {
  if (beginning.byteLength < LENGTH_BYTES) return LENGTH_BYTES;
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  const bodiesAt = LENGTH_BYTES + view.getUint32(0);
  if (beginning.byteLength < bodiesAt) return bodiesAt;
  const text = new TextDecoder().decode(beginning.subarray(LENGTH_BYTES, bodiesAt));
  return { bodiesAt, entries: z.array(entrySchema).parse(JSON.parse(text)) };
}
