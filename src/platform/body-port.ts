/**
 * Delivers the bodies of events, behind the caller's back. They go from the Worker to R2 directly, since a queue takes 128 KB
 * and a body can be larger; and together with those of other requests that are under way in the isolate, because each write
 * costs the same however little it brings. Bodies that three attempts do not bring there are missing, which the log and their
 * events say.
 */
import type { BodyPart, EventAddress, EventBody } from "../contract/event-body.ts";
import { bundlePlace } from "./body-bundle.ts";
import type { Bundled, NamedBody } from "./body-bundle.ts";
import { waitForOthers, type Looks } from "./wait-for-others.ts";

const RETRY_DELAYS_MS = [200, 1_000] as const;

/** How long the first waits for others. */
const GATHER_MS = 200;
/** Of one bundle: a Worker has 128 MB for everything. */
const MAX_BUNDLE_BYTES = 2 * 1024 * 1024;
/** The request that gathers may be ended by the platform: who has waited for so long delivers its own. A repeat does no harm. */
const MAX_FOLLOW_MS = 5_000;

/** A bundle gathers first, and nobody waits for it. */
const LOOKS: Looks = { firstAfterMs: GATHER_MS, everyMs: 50, atMostEveryMs: 200, untilMs: MAX_FOLLOW_MS };

export interface BodyPort {
  /** Never rejects. */
  keep(address: EventAddress, part: BodyPart, body: () => EventBody): Promise<void>;
}

/** Bodies that wait to leave together. */
interface Bundle {
  readonly bodies: [NamedBody, ...NamedBody[]];
  readonly sinceMs: number;
  bytes: number;
  hasLeft: boolean;
}

/** One for each isolate. */
export function createBodyPort(ports: {
  readonly bodies: { put(bodies: Bundled): Promise<void> };
  readonly nowMs: () => number;
  sleep(durationMs: number): Promise<void>;
  reportError(error: unknown): void;
}): BodyPort {
  const gathering = new Map<string, Bundle>();

  async function deliver(bodies: Bundled): Promise<void> {
    for (const delayMs of [...RETRY_DELAYS_MS, null]) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
        await ports.bodies.put(bodies);
        return;
      } catch (error) {
        if (delayMs === null) ports.reportError(error);
        // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
        else await ports.sleep(delayMs);
      }
    }
  }

  async function lead(place: string, own: NamedBody): Promise<void> {
    const bundle: Bundle = { bodies: [own], bytes: own.body.bytes.byteLength, sinceMs: ports.nowMs(), hasLeft: false };
    gathering.set(place, bundle);
    await ports.sleep(GATHER_MS);
    if (gathering.get(place) === bundle) gathering.delete(place);
    await deliver(bundle.bodies);
    bundle.hasLeft = true;
  }

  /** Those of a request that the platform ended before they left: whoever waits with them delivers its own. */
  function dropAbandoned(): void {
    for (const [place, { sinceMs }] of gathering) {
      if (ports.nowMs() - sinceMs > MAX_FOLLOW_MS) gathering.delete(place);
    }
  }

  async function follow(bundle: Bundle, own: NamedBody): Promise<void> {
    bundle.bodies.push(own);
    bundle.bytes += own.body.bytes.byteLength;
    if (!(await waitForOthers(() => bundle.hasLeft, LOOKS))) await deliver([own]);
  }

  return {
    async keep(address, part, makeBody) {
      // The answer is on its way first.
      await ports.sleep(0);
      const own: NamedBody = { address, part, body: makeBody() };
      const place = bundlePlace(address);
      dropAbandoned();
      const bundle = gathering.get(place);
      const fits = bundle !== undefined && bundle.bytes + own.body.bytes.byteLength <= MAX_BUNDLE_BYTES;
      await (fits ? follow(bundle, own) : lead(place, own));
    },
  };
}
