/** `Idempotency-Key` on every route that changes something: once, with the same answer, whatever happens in between. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { createApi } from "../../src/api/app.ts";
import { purgeExpiredAnswers } from "../../src/api/idempotency.ts";
import { openControlDatabase } from "../../src/platform/d1/database.ts";
import { ADMIN_TOKEN, advanceClock, call, deps, errors, rowsOf, send, textOf } from "../support/worker-api.ts";
import {
  makeTenant,
  MUTATIONS,
  type MutationName,
  type MutationRequest,
  type Tenant,
} from "../support/worker-mutations.ts";

const DAY_MS = 24 * 3_600_000;
const LEASE_MS = 60_000;
const NAMES = Object.keys(ROUTE_ACCESS).filter((name): name is MutationName => name in MUTATIONS);

/** Its answer is the lease as it is renewed: done again it changes nothing but that instant. */
const RENEWING: ReadonlySet<string> = new Set(["POST /v1/gateway/wallets/checkpoint"]);

let mine: Tenant;
let theirs: Tenant;
beforeAll(async () => {
  mine = await makeTenant();
  theirs = await makeTenant();
});

interface Sent {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
  readonly replayed: string | null;
}

const FIRST = { replayed: null };
const REPLAY = { replayed: "true" };

/** Sends a request with a key; `body` replaces the request's own text. */
async function sendOnce(
  name: MutationName,
  request: MutationRequest,
  options: { readonly key: string; readonly token?: string; readonly body?: string },
  on?: Parameters<typeof send>[2],
): Promise<Sent> {
  const token = ROUTE_ACCESS[name] === "platform_admin" ? ADMIN_TOKEN : (options.token ?? mine.token);
  const text = options.body ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const response = await send(
    `${name.split(" ")[0] ?? ""} ${request.path}`,
    { token, headers: { "idempotency-key": options.key }, ...(text === undefined ? {} : { body: text }) },
    on,
  );
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    body: await response.text(),
    replayed: response.headers.get("idempotency-replayed"),
  };
}

function codeOf({ status, body }: Sent): string {
  const { error }: { error?: { code?: string } } = JSON.parse(body);
  return `${status} ${error?.code ?? ""}`;
}

/** CONTROL_DB of a Worker that dies before it keeps an answer: only what is in a change's own transaction is written. */
function dyingDatabase(): D1Database {
  const alive = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const die = async (): Promise<never> => {
    throw new Error("the Worker died");
  };
  const dying = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get: (target, property) => {
        if (property === "bind") return (...values: unknown[]) => dying(target.bind(...values));
        return die;
      },
    });
    alive.set(proxy, statement);
    return proxy;
  };
  return new Proxy(env.CONTROL_DB, {
    get: (target, property) => {
      if (property === "batch") {
        return (statements: D1PreparedStatement[]) => target.batch(statements.map((one) => alive.get(one) ?? one));
      }
      return (text: string) =>
        /^(update|delete from) "idempotent_answers"/.test(text) ? dying(target.prepare(text)) : target.prepare(text);
    },
  });
}

const dyingApi = createApi({ ...deps, db: openControlDatabase(dyingDatabase()) });

test("every route that changes something is walked", () => {
  expect(NAMES).toEqual(
    Object.entries(ROUTE_ACCESS)
      .filter(([name, access]) => !name.startsWith("GET ") && access !== "signed_in")
      .map(([name]) => name),
  );
});

describe.each(NAMES)("%s", (name) => {
  test("the same again gets the first answer, something else is refused, another caller is another", async () => {
    const request = await MUTATIONS[name](mine);
    const key = `same ${name}`;
    const first = await sendOnce(name, request, { key });
    expect(first).toMatchObject({ ...FIRST, contentType: "application/json" });
    expect([200, 201], first.body).toContain(first.status);
    expect(await sendOnce(name, request, { key })).toEqual({ ...first, ...REPLAY });
    advanceClock(DAY_MS - LEASE_MS);
    expect(await sendOnce(name, request, { key })).toEqual({ ...first, ...REPLAY });
    const other = { key, body: `${request.body === undefined ? "" : JSON.stringify(request.body)} ` };
    expect(codeOf(await sendOnce(name, request, other))).toBe("409 idempotency_key_reused");
    if (ROUTE_ACCESS[name] === "platform_admin") return;
    const foreign = await sendOnce(name, await MUTATIONS[name](theirs), { key, token: theirs.token });
    expect(foreign).toMatchObject({ ...FIRST, status: first.status });
  });

  test("eight at once do it once", async () => {
    const request = await MUTATIONS[name](mine);
    const key = `parallel ${name}`;
    const sent = await Promise.all(Array.from({ length: 8 }, () => sendOnce(name, request, { key })));
    const answers = sent.filter((answer) => answer.status < 300);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const waiting = sent.filter((answer) => answer.status >= 300).map(codeOf);
    expect(new Set([...waiting, "409 idempotency_in_progress"])).toEqual(new Set(["409 idempotency_in_progress"]));
    expect(await sendOnce(name, request, { key })).toMatchObject({ ...REPLAY, body: answers[0]?.body });
  });

  test("a Worker that dies before it has answered leaves one effect and the same answer", async () => {
    const request = await MUTATIONS[name](mine);
    const key = `crash ${name}`;
    const lost = await sendOnce(name, request, { key }, dyingApi);
    expect([200, 201], lost.body).toContain(lost.status);
    errors.splice(0);
    advanceClock(LEASE_MS);
    const again = await sendOnce(name, request, { key });
    expect(again.status).toBe(lost.status);
    if (!RENEWING.has(name)) expect(again.body).toBe(lost.body);
    expect(await sendOnce(name, request, { key })).toEqual({ ...again, ...REPLAY });
  });
});

describe("what is kept", () => {
  test("one team, one key and one credit come out of many repeats", async () => {
    const { token } = await makeTenant();
    const balanceOf = async () => (await call("GET /v1/wallets/balance", { token })).body["balance"];
    for (const [name, body] of [
      ["POST /v1/teams", { name: "Only" }],
      ["POST /v1/keys", { name: "Only", type: "gateway" }],
      ["POST /v1/wallets/credit", { amount: "5" }],
    ] as const) {
      const headers = { "idempotency-key": `many ${name}` };
      await Promise.all(Array.from({ length: 8 }, () => call(name, { token, body, headers })));
      await call(name, { token, body, headers });
    }
    expect(rowsOf(await call("GET /v1/teams", { token }))).toHaveLength(1);
    expect(rowsOf(await call("GET /v1/keys", { token })).filter((row) => textOf(row["name"]) === "Only")).toHaveLength(
      1,
    );
    expect(await balanceOf()).toBe("105.00");
  });

  test("a refusal that decided something is kept, one for the moment is not", async () => {
    const { token, make, unique } = await makeTenant();
    const teamId = await make("/v1/teams", { name: unique() });
    const tooMuch = { token, body: { team_id: teamId, amount: "1000" }, headers: { "idempotency-key": "too much" } };
    expect((await call("POST /v1/wallets/allocate", tooMuch)).status).toBe(402);
    await call("POST /v1/wallets/credit", { token, body: { amount: "1000" } });
    const again = await call("POST /v1/wallets/allocate", tooMuch);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([402, "true"]);
    expect(again.headers.get("x-should-retry")).toBe("false");

    const credit = { token, body: { amount: "1" }, headers: { "idempotency-key": "unreachable" } };
    const unreachable = createApi({
      ...deps,
      organization: (id) => ({
        ...deps.organization(id),
        transfer: async () => ({ outcome: "refused", failure: { kind: "wallet_unavailable" } }),
      }),
    });
    expect((await send("POST /v1/wallets/credit", credit, unreachable)).status).toBe(503);
    expect((await call("POST /v1/wallets/credit", credit)).status).toBe(200);
  });

  test("a body that is refused before it decides anything does not use up the key", async () => {
    const { token } = await makeTenant();
    const headers = { "idempotency-key": "typing error" };
    expect((await call("POST /v1/teams", { token, body: { nome: "T" }, headers })).status).toBe(400);
    expect((await call("POST /v1/teams", { token, body: { name: "T" }, headers })).status).toBe(201);
  });

  test("a key that is too long or not printable is refused", async () => {
    const { token } = await makeTenant();
    for (const key of ["x".repeat(256), "a\tb"]) {
      const reply = await call("POST /v1/teams", { token, body: { name: "T" }, headers: { "idempotency-key": key } });
      expect([reply.status, reply.body["error"]?.["param"]]).toEqual([400, "idempotency-key"]);
    }
  });

  test("after a day the key is new, and the cron trigger removes what is old", async () => {
    const { token } = await makeTenant();
    const headers = { "idempotency-key": "daily" };
    const first = await call("POST /v1/keys", { token, body: { name: "K", type: "gateway" }, headers });
    advanceClock(DAY_MS);
    const next = await call("POST /v1/keys", { token, body: { name: "K", type: "gateway" }, headers });
    expect(next.body["id"]).not.toBe(first.body["id"]);
    const count = () => env.CONTROL_DB.prepare("SELECT count(*) AS n FROM idempotent_answers").first<number>("n");
    await purgeExpiredAnswers(deps.db, deps.nowMs());
    expect(await count()).toBe(1);
    await purgeExpiredAnswers(deps.db, deps.nowMs() + DAY_MS);
    expect(await count()).toBe(0);
  });
});

describe("a request that takes longer than its lease", () => {
  test("loses its claim: what it would write is rolled back, the repeat is the only one", async () => {
    const { token } = await makeTenant();
    let release = (): void => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached = (): void => undefined;
    const hasReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const slow = createApi({
      ...deps,
      db: openControlDatabase(
        new Proxy(env.CONTROL_DB, {
          get: (target, property) => {
            if (property === "prepare") return target.prepare.bind(target);
            return async (statements: D1PreparedStatement[]) => {
              reached();
              await blocked;
              return target.batch(statements);
            };
          },
        }),
      ),
    });
    const request = { token, body: { name: "Slow", type: "gateway" }, headers: { "idempotency-key": "slow" } };
    const first = send("POST /v1/keys", request, slow);
    await hasReached;
    const early = await call("POST /v1/keys", request);
    expect([early.status, early.headers.get("retry-after"), early.headers.get("x-should-retry")]).toEqual([
      409,
      "1",
      null,
    ]);
    advanceClock(LEASE_MS);
    const second = await call("POST /v1/keys", request);
    expect(second.status).toBe(201);
    release();
    expect((await first).status).toBe(409);
    const keys = rowsOf(await call("GET /v1/keys", { token })).map((row) => textOf(row["name"]));
    expect(keys.filter((name) => name === "Slow")).toHaveLength(1);
    expect((await call("POST /v1/keys", request)).body).toEqual(second.body);
  });
});

describe("secrets", () => {
  test("are stored so that only the same token reads them; a rotated one is told so, and nothing is done twice", async () => {
    const { token } = await makeTenant();
    const request = { body: { name: "Secret", type: "gateway" }, headers: { "idempotency-key": "secret" } };
    const first = await call("POST /v1/keys", { token, ...request });
    const secret = textOf(first.body["key"]);
    const { results } = await env.CONTROL_DB.prepare("SELECT * FROM idempotent_answers").all();
    const stored = results.map(
      (row) => JSON.stringify(row) + Buffer.from(Array.isArray(row["answer"]) ? row["answer"] : []).toString("latin1"),
    );
    expect(stored.join("\n")).not.toContain(secret);
    expect(stored.join("\n")).not.toContain("secret");

    const keys = rowsOf(await call("GET /v1/keys", { token }));
    const own = textOf(keys.find((row) => textOf(row["name"]) === "First access key")?.["id"]);
    const rotated = await call(`POST /v1/keys/${own}/rotate`, { token, body: { overlap_seconds: 600 } });
    const newToken = textOf(rotated.body["key"]);
    const sealed = await call("POST /v1/keys", { token: newToken, ...request });
    expect([sealed.status, sealed.body["error"]?.["code"]]).toEqual([409, "idempotency_answer_sealed"]);
    expect((await call("POST /v1/keys", { token, ...request })).body).toEqual(first.body);
    expect(rowsOf(await call("GET /v1/keys", { token }))).toHaveLength(keys.length);
  });

  test("a stored answer that was changed is not believed", async () => {
    const { token } = await makeTenant();
    const request = { token, body: { name: "T" }, headers: { "idempotency-key": "changed" } };
    await call("POST /v1/teams", request);
    await env.CONTROL_DB.prepare("UPDATE idempotent_answers SET status = 200 WHERE status = 201").run();
    expect((await call("POST /v1/teams", request)).body["error"]?.["code"]).toBe("idempotency_answer_sealed");
  });
});
