/** Reads audit chains from a gateway, as its platform admin or with an organization's own access key. */
import type { Head } from "./chain.ts";

const RECORDS_AT_ONCE = 2_000;

export interface Gateway {
  /** The answer's text. Throws when the gateway refuses. */
  read(path: string): Promise<string>;
  /** The path of a question about a chain, under `/v1`. */
  pathOf(chain: string, question: string, query: Readonly<Record<string, string>>): string;
}

export function openGateway(url: string, token: string): Gateway {
  const base = url.replace(/\/+$/, "").replace(/\/v1$/, "");
  return {
    read: async (path) => {
      const response = await fetch(`${base}/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
      return text;
    },
    pathOf: (chain, question, query) => {
      if (isOwnKey(token)) return `/audit-log/${question}?${new URLSearchParams(query).toString()}`;
      const whose = chain === "platform" ? {} : { organization_id: chain };
      return `/admin/audit-log/${question}?${new URLSearchParams({ ...query, ...whose }).toString()}`;
    },
  };
}

/** Of an organization, not of the platform admin. */
export function isOwnKey(token: string): boolean {
  return token.startsWith("kt_ak_");
}

/** Every record of a chain, oldest first, as the lines of its export. */
export async function* readLines(gateway: Gateway, chain: string): AsyncGenerator<string> {
  let after = "0";
  for (;;) {
    const query = { after_sequence: after, limit: String(RECORDS_AT_ONCE) };
    const lines = (await gateway.read(gateway.pathOf(chain, "export", query)))
      .split("\n")
      .filter((line) => line !== "");
    yield* lines;
    const last = lines.at(-1);
    if (last === undefined || lines.length < RECORDS_AT_ONCE) return;
    after = String(memberOf(last, "sequence"));
  }
}

/** What the gateway itself finds, which also knows what the organization's object has seen; null: nothing. */
export async function readOwnFinding(gateway: Gateway, chain: string, heads: readonly Head[]): Promise<string | null> {
  const [head] = heads;
  const kept = head === undefined ? {} : { head: `${head.sequence}:${head.hash}` };
  let after = "0";
  for (;;) {
    const text = await gateway.read(gateway.pathOf(chain, "verify", { after_sequence: after, ...kept }));
    const fault = memberOf(text, "first_fault");
    if (fault !== null) return JSON.stringify(fault);
    const next = memberOf(text, "next_after_sequence");
    if (typeof next !== "number") return null;
    after = String(next);
  }
}

export function memberOf(text: string, name: string): unknown {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
