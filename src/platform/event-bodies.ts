/**
 * Bodies of events in R2, in bundles: `events/<organization>/<yyyy-mm-dd>/<second>/<event>.<part>`, named by the first body in it.
 * All bodies of a bundle are of one organization and of events that began in one second, so that the bundles that can have a body
 * are few, and a day of an organization can be listed and removed.
 */
import type { BodyFacts, BodyPart, EventAddress } from "../contract/event-body.ts";
import { bundlePlace, packBundle, readBundleHeader } from "./body-bundle.ts";
import type { Bundled, BundleEntry } from "./body-bundle.ts";

/** What R2 lists, and deletes, in one call. */
const KEYS_PER_CALL = 1_000;
/** Read of a bundle at first: the headers of a few hundred bodies. */
const FIRST_BYTES = 64 * 1024;
const BUNDLES_AT_ONCE = 6;

export interface StoredBody extends BodyFacts {
  readonly keptBytes: number;
}

export interface EventBodies {
  /** All of one `bundlePlace`, and at least one. A repeat writes the same again. */
  put(bodies: Bundled): Promise<void>;
  /** Null: it is not there. */
  find(address: EventAddress, part: BodyPart): Promise<StoredBody | null>;
  read(address: EventAddress, part: BodyPart): Promise<(StoredBody & { readonly stream: ReadableStream }) | null>;
  /** Removes up to a thousand bundles of a day, and tells whether there may be more. */
  removeSome(organizationId: string, day: string): Promise<"more" | "none_left">;
}

/** All methods throw what R2 throws. */
export function createEventBodies(bucket: R2Bucket): EventBodies {
  return {
    async put(bodies) {
      const [{ address, part }] = bodies;
      await bucket.put(`${bundlePlace(address)}/${address.eventId}.${part}`, packBundle(bodies));
    },
    async find(address, part) {
      const found = await findEntry(bucket, address, part);
      return found === null ? null : factsOf(found.entry);
    },
    async read(address, part) {
      const found = await findEntry(bucket, address, part);
      if (found === null) return null;
      const { key, at, entry } = found;
      if (entry.length === 0) return { ...factsOf(entry), stream: new Blob([]).stream() };
      const object = await bucket.get(key, { range: { offset: at, length: entry.length } });
      return object === null ? null : { ...factsOf(entry), stream: object.body };
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

interface FoundBody {
  readonly key: string;
  readonly at: number;
  readonly entry: BundleEntry;
}

/** Looks into the bundles of the event's second: first into those that bear its name, then into all others. */
async function findEntry(bucket: R2Bucket, address: EventAddress, part: BodyPart): Promise<FoundBody | null> {
  const place = `${bundlePlace(address)}/`;
  const own = `${place}${address.eventId}.`;
  const find = async (key: string): Promise<FoundBody | null> => findIn(bucket, key, address.eventId, part);
  for (const [prefix, isWanted] of [
    [own, () => true],
    [place, (key: string) => !key.startsWith(own)],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- the second is seldom needed
    for await (const keys of listKeys(bucket, prefix)) {
      const body = await findFirst(keys.filter(isWanted), find);
      if (body !== null) return body;
    }
  }
  return null;
}

/** All keys with a prefix, page by page. */
async function* listKeys(bucket: R2Bucket, prefix: string): AsyncGenerator<readonly string[]> {
  let cursor: string | null = null;
  do {
    const page: R2Objects = await bucket.list({
      prefix,
      limit: KEYS_PER_CALL,
      ...(cursor === null ? {} : { cursor }),
    });
    yield page.objects.map(({ key }) => key);
    cursor = page.truncated ? page.cursor : null;
  } while (cursor !== null);
}

/** A few at a time, until one has it. */
async function findFirst(
  keys: readonly string[],
  find: (key: string) => Promise<FoundBody | null>,
): Promise<FoundBody | null> {
  for (let first = 0; first < keys.length; first += BUNDLES_AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- most are found in the first few
    const found = await Promise.all(keys.slice(first, first + BUNDLES_AT_ONCE).map(find));
    const body = found.find((each) => each !== null);
    if (body !== undefined) return body;
  }
  return null;
}

async function findIn(bucket: R2Bucket, key: string, eventId: string, part: BodyPart): Promise<FoundBody | null> {
  for (let bytes = FIRST_BYTES; ;) {
    // oxlint-disable-next-line no-await-in-loop -- again only for a header that is longer
    const object = await bucket.get(key, { range: { offset: 0, length: bytes } });
    if (object === null) return null;
    // oxlint-disable-next-line no-await-in-loop -- of the object above
    const header = readBundleHeader(new Uint8Array(await object.arrayBuffer()));
    if (typeof header === "number") {
      if (header <= bytes) throw new Error("an object among the bodies of events is no bundle");
      bytes = header;
      continue;
    }
    const entry = header.entries.find((each) => each.event === eventId && each.part === part);
    return entry === undefined ? null : { key, at: header.bodiesAt + entry.offset, entry };
  }
}

function factsOf(entry: BundleEntry): StoredBody {
  return {
    keptBytes: entry.length,
    totalBytes: entry.total_bytes,
    truncated: entry.truncated,
    contentType: entry.content_type,
    status: entry.status,
  };
}
