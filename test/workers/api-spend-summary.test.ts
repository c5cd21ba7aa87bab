/** Sums of the spend log against the rows themselves: every grouping, every zone, whoever wrote the rows and however often. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { call, makeOrganization, textOf } from "../support/worker-api.ts";

interface Row {
  readonly id: string;
  readonly atMs: number;
  readonly status: string;
  readonly provider: string | null;
  readonly model: string;
  readonly team: string | null;
  readonly user: string | null;
  readonly tokens: number;
  readonly costNanos: bigint;
  readonly currency: string;
}

let made = 0;

const insertRow = (organizationId: string, row: Row, conflict = "DO NOTHING"): D1PreparedStatement =>
  env.SPEND_DB.prepare(
    `INSERT INTO spend_logs (id, organization_id, request_id, created_at_ms, status, provider, model, requested_model, endpoint, streamed,
       team_id, user_id, metadata_json, input_tokens, total_tokens, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos,
       output_cost_nanos, fees_cost_nanos, total_cost_nanos, currency, exchange_rate, usage_source, held_amount_nanos, attempts_json,
       estimated_avoided_cost_nanos, flags_json)
     VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?6, 'openai.chat', 0, ?7, ?8, '{}', ?9, ?9, ?10, 0, 0, 0, 0, ?10, ?11, '1', 'provider', 0, '[]', 0, '[]')
     ON CONFLICT (id) ${conflict}`,
  ).bind(
    row.id,
    organizationId,
    row.atMs,
    row.status,
    row.provider,
    row.model,
    row.team,
    row.user,
    row.tokens,
    row.costNanos.toString(),
    row.currency,
  );

const NEXT_ID = (): string => {
  made += 1;
  return `log_summary${made}`;
};

const nanosOf = (text: unknown): bigint => {
  const [whole = "0", decimals = ""] = String(text).split(".");
  return BigInt(whole) * 1_000_000_000n + BigInt(decimals.padEnd(9, "0"));
};

const START_MS = Date.parse("2026-03-27T00:00:00Z");
const END_MS = Date.parse("2026-04-08T00:00:00Z");
const ANY_ROW: Row = {
  id: NEXT_ID(),
  atMs: START_MS,
  status: "completed",
  provider: "openai",
  model: "m1",
  team: null,
  user: null,
  tokens: 10,
  costNanos: 5_000_000_000n,
  currency: "USD",
};
const ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia"];

const anyRow: fc.Arbitrary<Row> = fc.record({
  id: fc.constant("").map(NEXT_ID),
  atMs: fc.integer({ min: START_MS, max: END_MS - 1 }),
  status: fc.constantFrom("completed", "completed", "completed", "refused"),
  provider: fc.constantFrom("openai", "anthropic", null),
  model: fc.constantFrom("m1", "m2", "m3"),
  team: fc.constantFrom("t1", "t2", null),
  user: fc.constantFrom("u1", "u2", null),
  tokens: fc.nat(10_000),
  costNanos: fc.bigInt({ min: 0n, max: 10n ** 16n }),
  currency: fc.constantFrom("USD", "USD", "USD", "EUR"),
});

async function plant(rows: readonly Row[]): Promise<{ token: string; id: string }> {
  const organization = await makeOrganization();
  await env.SPEND_DB.batch(rows.map((row) => insertRow(organization.id, row)));
  return organization;
}

const summary = async (token: string, query: Readonly<Record<string, string>>) =>
  call(`GET /v1/spend/summary?${new URLSearchParams(query).toString()}`, { token });

describe("sums", () => {
  it("of days and hours are those of the range, in every zone and however its edges lie", async () => {
    const rows = fc.sample(anyRow, { numRuns: 250, seed: 7 });
    const { token } = await plant(rows);
    const ranges = fc.sample(
      fc.tuple(
        fc.integer({ min: START_MS - 86_400_000, max: END_MS }),
        fc.integer({ min: 1, max: 9 * 86_400_000 }),
        fc.constantFrom(...ZONES),
        fc.constantFrom("openai", null),
      ),
      { numRuns: 25, seed: 11 },
    );
    for (const [fromMs, lengthMs, timeZone, provider] of ranges) {
      const toMs = fromMs + lengthMs;
      const within = rows.filter(
        (row) =>
          row.currency === "USD" &&
          row.atMs >= fromMs &&
          row.atMs < toMs &&
          (provider === null || row.provider === provider),
      );
      const cost = within.reduce((sum, row) => sum + row.costNanos, 0n);
      const tokens = within.reduce((sum, row) => sum + row.tokens, 0);
      const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), time_zone: timeZone };
      for (const groupBy of ["day", "hour", "model"]) {
        const { body } = await summary(token, {
          ...range,
          group_by: groupBy,
          ...(provider === null ? {} : { provider }),
        });
        const story = JSON.stringify({ ...range, groupBy, provider });
        expect(nanosOf(body["total_cost"]), story).toBe(cost);
        expect(body["total_tokens"], story).toBe(tokens);
        expect(body["requests"], story).toBe(within.length);
        const shown = body["data"] ?? body["rows"];
        const parts: readonly Readonly<Record<string, unknown>>[] = Array.isArray(shown) ? shown : [];
        expect(
          parts.reduce((sum, part) => sum + nanosOf(part["total_cost"]), 0n),
          story,
        ).toBe(cost);
        if (groupBy === "model") continue;
        expect([parts[0]?.["from"], parts.at(-1)?.["to"]], story).toEqual([range.from, range.to]);
        for (const [index, part] of parts.entries()) {
          const [partFrom, partTo] = [Date.parse(String(part["from"])), Date.parse(String(part["to"]))];
          if (index > 0) expect(part["from"], story).toBe(parts[index - 1]?.["to"]);
          const own = within.filter((row) => row.atMs >= partFrom && row.atMs < partTo);
          expect(nanosOf(part["total_cost"]), `${story} ${String(part["group"])}`).toBe(
            own.reduce((sum, row) => sum + row.costNanos, 0n),
          );
        }
      }
    }
  });

  it("by name are those of the rows, dearest first, and what is left out is told", async () => {
    const rows = fc.sample(anyRow, { numRuns: 200, seed: 3 });
    const { token } = await plant(rows);
    const range = {
      from: new Date(START_MS + 1_000_000).toISOString(),
      to: new Date(END_MS - 1_000_000).toISOString(),
    };
    const names = { provider: "provider", model: "model", team: "team", user: "user" } as const;
    for (const [groupBy, field] of Object.entries(names)) {
      const { body } = await summary(token, { ...range, group_by: groupBy, limit: "2" });
      const sums = new Map<string | null, bigint>();
      for (const row of rows) {
        if (row.currency !== "USD" || row.atMs < Date.parse(range.from) || row.atMs >= Date.parse(range.to)) continue;
        sums.set(row[field], (sums.get(row[field]) ?? 0n) + row.costNanos);
      }
      const dearest = [...sums].toSorted(([, a], [, b]) => (a > b ? -1 : 1));
      expect(body["rows"]).toMatchObject(dearest.slice(0, 2).map(([group]) => ({ group, from: null, to: null })));
      const rest = dearest.slice(2).reduce((sum, [, cost]) => sum + cost, 0n);
      expect(nanosOf(body["rest"]?.["total_cost"] ?? "0"), groupBy).toBe(rest);
      expect(body["other_currencies"]).toEqual(["EUR"]);
      if (groupBy === "provider") expect(body["top_provider"]).toBe(dearest.find(([group]) => group !== null)?.[0]);
    }
  });
});

test("a repeat of a row counts once, a row in another's place takes back what that counted, a late one is no request", async () => {
  const { token, id } = await makeOrganization();
  const row: Row = { ...ANY_ROW, id: NEXT_ID(), user: "u1" };
  const range = { from: "2026-03-01", to: "2026-04-01", group_by: "user" };
  await env.SPEND_DB.batch([insertRow(id, row), insertRow(id, row)]);
  await insertRow(id, row).run();
  expect((await summary(token, range)).body).toMatchObject({ requests: 1, total_tokens: 10, total_cost: "5.00" });
  const moved = { ...row, user: "u2", tokens: 7, costNanos: 9_007_199_254_740_993n };
  await insertRow(
    id,
    moved,
    "DO UPDATE SET user_id = excluded.user_id, total_tokens = excluded.total_tokens, total_cost_nanos = excluded.total_cost_nanos",
  ).run();
  await insertRow(id, { ...row, id: `${row.id}_late`, tokens: 1, costNanos: 1n }).run();
  const { body } = await summary(token, range);
  expect(body).toMatchObject({ requests: 1, total_tokens: 8, total_cost: "9007199.254740994" });
  expect(body["rows"]).toMatchObject([
    { group: "u2", requests: 1, total_tokens: 7 },
    { group: "u1", requests: 0, total_tokens: 1, total_cost: "0.000000001" },
  ]);
});

test("another organization's rows are never counted, and a key needs org:read", async () => {
  const [mine, theirs] = [await makeOrganization(), await makeOrganization()];
  await insertRow(theirs.id, ANY_ROW).run();
  expect((await summary(mine.token, { from: "2026-03-01", to: "2026-04-10" })).body).toMatchObject({
    requests: 0,
    total_cost: "0.00",
    top_provider: null,
    rest: null,
  });
  const key = await call("POST /v1/keys", { token: mine.token, body: { name: "g", type: "gateway" } });
  expect((await summary(textOf(key.body["key"]), {})).status).toBe(403);
});

test.each([
  [{ time_zone: "Mars/Olympus" }, "time_zone"],
  [{ group_by: "moon" }, "group_by"],
  [{ from: "2026-02-01", to: "2026-01-01" }, "from"],
  [{ from: "2020-01-01", to: "2026-01-01" }, "from"],
  [{ from: "2026-01-01", to: "2026-06-01", group_by: "hour" }, "from"],
  [{ limit: "0" }, "limit"],
  [{ currency: "XXX" }, "currency"],
  [{ team: "t" }, "team"],
  [{ provider: "" }, "provider"],
])("%j is refused", async (query, param) => {
  const { token } = await makeOrganization();
  const refused = await summary(token, query);
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});
