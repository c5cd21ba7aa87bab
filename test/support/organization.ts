/** An organization to test with, made through the public API as its owner would make it. */
import type { TestGateway } from "./gateway.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface TestOrganization {
  readonly id: string;
  readonly accessKey: string;
  /** Model traffic, charged to whoever the identity headers name, else to the organization. */
  readonly gatewayKey: string;
  readonly keyId: string;
  /** Calls the API with the access key. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Every row of a list, page by page. */
  list(path: string): Promise<readonly Json[]>;
  /** The organization wallet as it is now. */
  wallet(): Promise<Json>;
  /** All spend log rows, once there are `count` of them or time is up. */
  spendLogs(count: number): Promise<readonly Json[]>;
  /** The reservations with a status. */
  reservations(status: string): Promise<readonly Json[]>;
}

async function callJson(url: string, token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: asJson(await response.json()) };
}

export function asJson(value: unknown): Json {
  if (typeof value !== "object" || value === null) throw new Error("not a JSON object");
  return { ...value };
}

export function listOf(value: unknown): readonly Json[] {
  if (!Array.isArray(value)) throw new Error("not a list");
  return value.map(asJson);
}

let created = 0;

/** Makes an organization with `credit` in its wallet and one gateway key. */
export async function createOrganization(
  gateway: TestGateway,
  options: { readonly credit?: string; readonly currency?: string } = {},
): Promise<TestOrganization> {
  const currency = options.currency ?? "USD";
  created += 1;
  const organization = await callJson(gateway.url, gateway.adminToken, "POST", "/v1/admin/organizations", {
    name: `Test ${created}`,
    currency,
  });
  if (organization.status !== 201) throw new Error(JSON.stringify(organization.body));
  const accessKey = String(organization.body["key"]);
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    callJson(gateway.url, accessKey, method, path, body);
  if (options.credit !== undefined) {
    const credit = await call("POST", "/v1/wallets/credit", { amount: options.credit, currency, note: "test" });
    if (credit.status >= 300) throw new Error(JSON.stringify(credit.body));
  }
  const key = await call("POST", "/v1/keys", { name: "test", type: "gateway", may_assert_identity: true });
  if (key.status !== 201) throw new Error(JSON.stringify(key.body));
  return {
    id: String(organization.body["id"]),
    accessKey,
    gatewayKey: String(key.body["key"]),
    keyId: String(key.body["id"]),
    call,
    list: (path) => readAll(call, path),
    async wallet() {
      const { body } = await call("GET", "/v1/wallets");
      const own = listOf(body["data"]).find((wallet) => wallet["scope"] === "organization");
      if (own === undefined) throw new Error("no organization wallet");
      return own;
    },
    async spendLogs(count) {
      let rows: readonly Json[] = [];
      await until(async () => {
        rows = await readAll(call, "/v1/spend/logs");
        return rows.length >= count;
      });
      return rows;
    },
    async reservations(status) {
      return readAll(call, `/v1/reservations?status=${status}`);
    },
  };
}

async function readAll(call: TestOrganization["call"], path: string): Promise<readonly Json[]> {
  const rows: Json[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes("?") ? "&" : "?"}limit=200${cursor === null ? "" : `&cursor=${cursor}`}`;
    const { status, body } = await call("GET", path + query);
    if (status !== 200) throw new Error(JSON.stringify(body));
    rows.push(...listOf(body["data"]));
    cursor = typeof body["next_cursor"] === "string" ? body["next_cursor"] : null;
  } while (cursor !== null);
  return rows;
}

/** Polls until `condition` holds; gives up quietly after twenty seconds, so that the assertion that follows speaks. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A decimal amount in nano-units. */
export function nanosOf(amount: unknown): bigint {
  const [units = "", fraction = ""] = String(amount).split(".");
  const nanos = BigInt(units.replace("-", "")) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return units.startsWith("-") ? -nanos : nanos;
}
