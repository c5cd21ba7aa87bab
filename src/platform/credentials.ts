/**
 * The credential of a target at the moment of its call: a secret of the deployment, or one that the organization stores. Whether it
 * may go to the target's address is asked here again, whatever was saved. Stored ones are kept in the isolate for half a minute.
 */
import type { PlannedTarget } from "../contract/commands.ts";
import type { LogLine } from "../contract/log-line.ts";
import { decideCredential, type UpstreamTrust } from "../core/target-address.ts";

/** So long a secret that was replaced or deleted may still be used. */
const FRESH_MS = 30_000;
const READ_TIMEOUT_MS = 2_000;
/** Of at most 8 KiB each. */
const MAX_KEPT = 500;

export interface CredentialPorts {
  readonly trust: UpstreamTrust;
  /** Secrets of the deployment, by name. */
  readonly apiKeys: ReadonlyMap<string, string>;
  /** Null: the organization has no such secret. Throws what D1 throws. */
  readSecret(organizationId: string, name: string): Promise<string | null>;
  readonly nowMs: () => number;
  sleep(durationMs: number): Promise<void>;
  log(line: LogLine): void;
  reportError(error: unknown): void;
}

export interface Credentials {
  /** Null: it may have none, there is none, or it cannot be read now. Never rejects. */
  credentialOf(organizationId: string, target: PlannedTarget): Promise<string | null>;
  /** The next call reads the target's credential anew. */
  forget(organizationId: string, target: PlannedTarget): void;
}

interface Kept {
  readonly value: string;
  readonly readAtMs: number;
}

export function createCredentials(ports: CredentialPorts): Credentials {
  const kept = new Map<string, Kept>();

  async function readStored(organizationId: string, name: string): Promise<string | null> {
    const key = keyOf(organizationId, name);
    const known = kept.get(key);
    const startedAtMs = ports.nowMs();
    if (known !== undefined && startedAtMs - known.readAtMs < FRESH_MS) return known.value;
    kept.delete(key);
    const late = ports.sleep(READ_TIMEOUT_MS).then(() => Promise.reject(new Error("D1 did not answer in time")));
    const value = await Promise.race([ports.readSecret(organizationId, name), late]);
    if (value === null) return null;
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, { value, readAtMs: startedAtMs });
    return value;
  }

  return {
    async credentialOf(organizationId, target) {
      const decided = decideCredential(target, ports.trust);
      if (!decided.ok) {
        const { path, message } = decided.failure;
        const where = { organization_id: organizationId, target_id: target.id, provider: target.provider };
        ports.log({ event: "upstream.credential_withheld", ...where, field: path.join("."), rule: message });
        return null;
      }
      const { kind, name } = decided.value;
      if (kind === "env") return ports.apiKeys.get(name) ?? null;
      try {
        return await readStored(organizationId, name);
      } catch (error) {
        ports.reportError(error);
        return null;
      }
    },
    forget(organizationId, { secret }) {
      if (secret?.kind === "store") kept.delete(keyOf(organizationId, secret.name));
    },
  };
}

function keyOf(organizationId: string, name: string): string {
  return JSON.stringify([organizationId, name]);
}
