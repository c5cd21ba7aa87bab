import { beforeEach, expect, it } from "vitest";
import { notifications } from "../../src/platform/d1/spend-schema.ts";
import { call, deps, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import { nextId } from "../support/worker-organization.ts";

let organization = { id: "", token: "" };
let ids: readonly string[] = [];

/** Three notifications, the last one first. */
beforeEach(async () => {
  organization = await makeOrganization();
  ids = ["c", "b", "a"].map((letter) => `${nextId("ntf")}_${letter}`);
  const types = ["wallet.depleted", "wallet.low_balance", "wallet.low_balance"];
  await deps.spendDb.insert(notifications).values(
    ids.map((id, index) => ({
      id,
      organizationId: organization.id,
      type: types[index] ?? "",
      dataJson: '{"balance":"1.00"}',
      createdAtMs: 1_780_000_000_000 - Math.min(index, 1),
    })),
  );
});

const list = async (query = "") => call(`GET /v1/notifications${query}`, { token: organization.token });
const idsOf = async (query = "") => rowsOf(await list(query)).map((row) => row["id"]);

it("lists notifications newest first, page by page, by type and by whether they were read", async () => {
  const [depleted = "", second = "", third = ""] = ids;
  const lows = [second, third].toSorted().toReversed();
  expect(await idsOf()).toEqual([depleted, ...lows]);
  expect(await idsOf("?type=wallet.low_balance")).toEqual(lows);
  const page = await list("?limit=2");
  expect(page.body["has_more"]).toBe(true);
  expect(await idsOf(`?limit=2&cursor=${textOf(page.body["next_cursor"])}`)).toEqual([lows[1]]);
  expect(rowsOf(await list())[0]).toEqual({
    id: depleted,
    type: "wallet.depleted",
    data: { balance: "1.00" },
    created_at: "2026-05-28T20:26:40.000Z",
    read_at: null,
  });
  expect((await list("?type=nonsense")).status).toBe(400);
  expect((await list("?cursor=nonsense")).status).toBe(400);
  expect((await list("?unread=maybe")).status).toBe(400);
});

it("marks one as read, once, and then all others", async () => {
  const [first = ""] = ids;
  const read = async () => call(`POST /v1/notifications/${first}/read`, { token: organization.token });
  const { body } = await read();
  expect(body["read_at"]).not.toBeNull();
  expect((await read()).body).toEqual(body);
  expect(await idsOf("?unread=false")).toEqual([first]);
  expect(await idsOf("?unread=true")).toHaveLength(2);
  const all = await call("POST /v1/notifications/read-all", { token: organization.token });
  expect(all.body).toEqual({ unread: 0 });
  expect(await idsOf("?unread=true")).toEqual([]);
});

it("keeps those of another organization apart", async () => {
  const other = await makeOrganization();
  expect(rowsOf(await call("GET /v1/notifications", { token: other.token }))).toEqual([]);
  const [first = ""] = ids;
  expect((await call(`POST /v1/notifications/${first}/read`, { token: other.token })).status).toBe(404);
  expect((await call("POST /v1/notifications/read-all", { token: other.token })).status).toBe(200);
  expect(await idsOf("?unread=true")).toHaveLength(3);
});
