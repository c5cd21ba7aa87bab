import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import { delivered } from "../support/worker-main.ts";
import { call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";

const LOG = { endpoint: "openai.chat", provider: "openai", model: "m", total_cost: "0.000000001", input_tokens: 5 };

test("a reported request is one row, whoever repeats it, exact to the nano-unit", async () => {
  const { token } = await makeOrganization();
  const first = await call("POST /v1/spend/log", {
    token,
    body: { ...LOG, request_id: "r1", total_cost: "9007199254.740993" },
  });
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({ request_id: "r1", total_cost: "9007199254.740993", total_tokens: 5 });
  const again = await call("POST /v1/spend/log", { token, body: { ...LOG, request_id: "r1" } });
  expect(again.body).toEqual(first.body);
  const listed = await call("GET /v1/spend/logs", { token });
  expect(listed.body["data"]).toEqual([first.body]);
  const one = await call(`GET /v1/spend/logs/${textOf(first.body["id"])}`, { token });
  expect(one.body).toEqual(first.body);
});

test("filters combine, and pages are neither short nor twice", async () => {
  const { token } = await makeOrganization();
  const at = (hour: number) => `2026-10-01T0${hour}:00:00Z`;
  const rows = [
    { request_id: "a", user_id: "u1", team_id: "t1", created_at: at(1) },
    { request_id: "b", user_id: "u1", team_id: "t2", created_at: at(2) },
    { request_id: "c", user_id: "u2", team_id: "t1", created_at: at(2) },
    { request_id: "d", user_id: "u2", team_id: "t1", created_at: at(3), status: "upstream_error" },
  ];
  await Promise.all(rows.map((row) => call("POST /v1/spend/log", { token, body: { ...LOG, ...row } })));
  const ids = async (query: string) => {
    const listed = await call(`GET /v1/spend/logs?${query}`, { token });
    return new Set<unknown>(rowsOf(listed).map((row) => row["request_id"]));
  };
  expect(await ids("user_id=u1")).toEqual(new Set(["a", "b"]));
  expect(await ids("team_id=t1&user_id=u2")).toEqual(new Set(["c", "d"]));
  expect(await ids("team_id=t1&status=upstream_error")).toEqual(new Set(["d"]));
  expect(await ids(`from=${at(2)}&to=${at(3)}`)).toEqual(new Set(["b", "c"]));
  expect(await ids("model=other")).toEqual(new Set([]));

  const seen: unknown[] = [];
  let cursor = "";
  for (let pages = 0; pages < 4; pages += 1) {
    const page = await call(`GET /v1/spend/logs?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`, { token });
    seen.push(page.body["data"]?.[0]?.["request_id"]);
    expect(page.body["has_more"]).toBe(pages < 3);
    if (pages < 3) cursor = textOf(page.body["next_cursor"]);
  }
  expect(new Set(seen)).toEqual(new Set(["a", "b", "c", "d"]));
  expect((await call("GET /v1/spend/logs?cursor=nonsense", { token })).status).toBe(400);
});

test("a gateway key sees its own rows, and another organization none", async () => {
  const { token } = await makeOrganization();
  const mine = await call("POST /v1/keys", {
    token,
    body: { name: "k", type: "gateway", capabilities: ["control_plane"] },
  });
  const keyToken = textOf(mine.body["key"]);
  await call("POST /v1/spend/log", { token, body: { ...LOG, request_id: "of-the-admin" } });
  const own = await call("POST /v1/spend/log", { token: keyToken, body: { ...LOG, request_id: "of-the-key" } });
  const listed = await call("GET /v1/spend/logs", { token: keyToken });
  expect(listed.body["data"]).toEqual([own.body]);
  const stranger = await makeOrganization();
  const foreign = await call(`GET /v1/spend/logs/${textOf(own.body["id"])}`, { token: stranger.token });
  expect(foreign.status).toBe(404);
});

test("amounts are integers in the database", async () => {
  const { token } = await makeOrganization();
  await call("POST /v1/spend/log", { token, body: { ...LOG, request_id: "typed" } });
  const row = await env.SPEND_DB.prepare("SELECT typeof(total_cost_nanos) AS type FROM spend_logs LIMIT 1").first();
  expect(row).toEqual({ type: "integer" });
});

/** Waits for the row of the only reservation of an organization, and stores it as the queue's consumer does. */
async function storeLedgerRow(organizationId: string): Promise<void> {
  const message = await vi.waitFor(
    () => {
      const found = delivered.find(
        ({ spend_log: row }) => row?.organization_id === organizationId && row.reservation_id !== null,
      );
      if (found === undefined) throw new Error("the row has not come yet");
      return found;
    },
    { timeout: 20_000, interval: 50 },
  );
  const batch = createMessageBatch("keeptrusts-ledger", [
    { id: "message", timestamp: new Date(0), attempts: 1, body: message },
  ]);
  await consumeLedger(batch, env, 0);
}

test.each(["reported first", "settled first"])(
  "a request that is also reserved here has one row, the ledger's: %s",
  async (order) => {
    const { id: organizationId, token } = await makeOrganization({ credit: "1" });
    const body = {
      request_id: "both",
      provider: "openai",
      model: "gpt-5-mini",
      input_tokens: 100,
      max_output_tokens: 10,
    };
    const reserved = await call("POST /v1/gateway/wallets/reserve", {
      token,
      body: { ...body, request_sha256: "ab".repeat(32) },
    });
    const report = async () =>
      call("POST /v1/spend/log", { token, body: { ...LOG, request_id: "both", total_cost: "0.5" } });
    const settle = async () => {
      const settled = await call("POST /v1/gateway/wallets/settle", {
        token,
        body: { reservation_id: reserved.body["reservation_id"], cost: "0.000000007" },
      });
      expect(settled.status).toBe(200);
      await storeLedgerRow(organizationId);
    };
    if (order === "reported first") {
      expect((await report()).body["total_cost"]).toBe("0.50");
      await settle();
    } else {
      await settle();
    }
    const row = { request_id: "both", total_cost: "0.000000007", reservation_id: reserved.body["reservation_id"] };
    expect((await report()).body).toMatchObject(row);
    expect((await call("GET /v1/spend/logs", { token })).body["data"]).toMatchObject([row]);
  },
);

test("the log as a file: every row once, oldest first, by the list's filters; what a spreadsheet would run is text", async () => {
  const { token } = await makeOrganization();
  const at = (minute: number) => `2026-10-01T00:${String(minute).padStart(2, "0")}:00Z`;
  const models = ["=HYPERLINK(1)", "plain", 'with "quotes", commas', "-1+2"];
  for (const [index, model] of models.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- the order matters
    await call("POST /v1/spend/log", {
      token,
      body: { ...LOG, request_id: `f${index}`, model, created_at: at(index), user_id: index < 2 ? "u1" : "u2" },
    });
  }
  const file = await call("GET /v1/spend/export", { token });
  expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const [header = "", ...lines] = textOf(file.body["file"]).trimEnd().split("\r\n");
  const place = header.split(",").indexOf("model");
  expect(lines).toHaveLength(4);
  expect(lines.map((line) => line.split(",")[place])).toEqual(["'=HYPERLINK(1)", "plain", '"with ""quotes""', "'-1+2"]);
  expect(lines[0]).toContain("0.000000001");
  const filtered = await call("GET /v1/spend/export?user_id=u2", { token });
  expect(textOf(filtered.body["file"]).trimEnd().split("\r\n")).toEqual([header, ...lines.slice(2)]);
  const rest = await call(`GET /v1/spend/export?after=${lines[1]?.split(",")[0] ?? ""}`, { token });
  expect(textOf(rest.body["file"]).trimEnd().split("\r\n")).toEqual([header, ...lines.slice(2)]);
  const other = await makeOrganization();
  const theirs = await call("GET /v1/spend/export", { token: other.token });
  expect(textOf(theirs.body["file"]).trimEnd()).toBe(header);
});
