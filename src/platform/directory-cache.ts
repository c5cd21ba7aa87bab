/**
 * Directories read from D1, for an isolate whose organizations' objects do not answer. Kept for a few seconds, so that an
 * outage of the objects does not become one of the database.
 */
const FRESH_MS = 5_000;
/** After a failure D1 is left alone for this long. */
const PAUSE_MS = 1_000;
const READ_TIMEOUT_MS = 2_000;
/** A request that reads for others may be ended by the platform; theirs then read by themselves. */
const MAX_SHARED_WAIT_MS = 500;
const MAX_ORGANIZATIONS = 100;

export interface DirectoryCachePorts<View> {
  /** Null: there is no such organization. Throws when D1 does. */
  load(organizationId: string): Promise<View | null>;
  readonly nowMs: () => number;
  sleep(durationMs: number): Promise<void>;
  reportError(error: unknown): void;
}

export interface DirectoryCache<View> {
  /** At most `maxAgeMs` old; null when it cannot be read now, or there is no such organization. Never rejects. */
  read(organizationId: string, maxAgeMs?: number): Promise<View | null>;
}

interface Entry<View> {
  readonly view: View | null;
  readonly readAtMs: number;
}

export function createDirectoryCache<View>(ports: DirectoryCachePorts<View>): DirectoryCache<View> {
  const entries = new Map<string, Entry<View>>();
  const readings = new Map<string, Promise<View | null>>();

  async function load(organizationId: string): Promise<View | null> {
    let view: View | null = null;
    try {
      const late = ports.sleep(READ_TIMEOUT_MS).then(() => Promise.reject(new Error("D1 did not answer in time")));
      view = await Promise.race([ports.load(organizationId), late]);
    } catch (error) {
      ports.reportError(error);
    }
    if (entries.size >= MAX_ORGANIZATIONS) entries.clear();
    entries.set(organizationId, { view, readAtMs: ports.nowMs() });
    return view;
  }

  async function loadShared(organizationId: string): Promise<View | null> {
    const others = readings.get(organizationId);
    if (others !== undefined) {
      const waited = await Promise.race([others.then((view) => ({ view })), ports.sleep(MAX_SHARED_WAIT_MS)]);
      if (waited !== undefined) return waited.view;
    }
    const own = load(organizationId);
    readings.set(organizationId, own);
    try {
      return await own;
    } finally {
      if (readings.get(organizationId) === own) readings.delete(organizationId);
    }
  }

  return {
    async read(organizationId, maxAgeMs = FRESH_MS) {
      const known = entries.get(organizationId);
      const goodForMs = known?.view === null ? PAUSE_MS : maxAgeMs;
      if (known !== undefined && ports.nowMs() - known.readAtMs < goodForMs) return known.view;
      return loadShared(organizationId);
    },
  };
}
