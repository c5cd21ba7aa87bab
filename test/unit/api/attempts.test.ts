import { expect, test } from "vitest";
import { AttemptLimiter } from "../../../src/api/protection/attempts.ts";

const ADDRESS = "203.0.113.7";

interface Office {
  readonly asked: string[];
  readonly errors: unknown[];
  /** Sends a request with this token, which is answered with this status; gives the seconds to wait when it is refused. */
  send(token: string | null, status: number, path?: string, address?: string): Promise<number | null>;
  pass(durationMs: number): void;
  limit: number | "throws" | "missing";
  restart(): void;
}

function makeOffice(limit: Office["limit"]): Office {
  let nowMs = 1_000_000;
  const counts = new Map<string, number>();
  const office = { asked: new Array<string>(), errors: new Array<unknown>(), limit };
  const start = () =>
    new AttemptLimiter({
      counter:
        office.limit === "missing"
          ? null
          : {
              limit: async ({ key }) => {
                office.asked.push(key);
                if (typeof office.limit !== "number") throw new Error("no counter");
                const count = (counts.get(key) ?? 0) + 1;
                counts.set(key, count);
                return { success: count <= office.limit };
              },
            },
      nowMs: () => nowMs,
      reportError: (error) => office.errors.push(error),
    });
  let limiter = start();
  return Object.assign(office, {
    send: async (token: string | null, status: number, path = "/v1/keys", address = ADDRESS) => {
      const method = path.startsWith("/v1/keys") ? "GET" : "POST";
      const headers = { "cf-connecting-ip": address, ...(token === null ? {} : { "x-api-key": token }) };
      const attempt = limiter.of(new Request(`https://edge.test${path}`, { method, headers }), path);
      return (await attempt.begin()) ?? (await attempt.end(status));
    },
    pass: (durationMs: number) => {
      nowMs += durationMs;
      counts.clear();
    },
    restart: () => {
      limiter = start();
    },
  });
}

test("good keys never ask the counter, however many", async () => {
  const office = makeOffice(1);
  for (let index = 0; index < 500; index += 1) expect(await office.send(`good-${index}`, 200)).toBeNull();
  expect(office.asked).toEqual([]);
});

test("failed credentials are counted by address, and then refused without being looked at", async () => {
  const office = makeOffice(2);
  expect(await office.send("bad-1", 401)).toBeNull();
  expect(await office.send("bad-2", 401)).toBeNull();
  expect(await office.send("bad-3", 401)).toBe(60);
  expect(await office.send("bad-4", 200)).toBe(60);
  expect(office.asked).toHaveLength(3);
  expect(await office.send("bad-4", 401, "/v1/keys", "203.0.113.8")).toBeNull();
  office.pass(59_001);
  expect(await office.send("bad-4", 401)).toBe(1);
  office.pass(999);
  expect(await office.send("bad-4", 401)).toBeNull();
});

test("keys that were good pass while their address is refused, until they are refused themselves", async () => {
  const office = makeOffice(0);
  await office.send("good", 200);
  expect(await office.send("bad", 401)).toBe(60);
  expect(await office.send("good", 200)).toBeNull();
  expect(await office.send("good", 401)).toBe(60);
  expect(await office.send("good", 200)).toBe(60);
});

test("what no key was checked for makes no key good", async () => {
  const office = makeOffice(0);
  await office.send("guess", 404);
  await office.send("bad", 401);
  expect(await office.send("guess", 401)).toBe(60);
});

test("another isolate learns it with its first failure", async () => {
  const office = makeOffice(1);
  await office.send("bad", 401);
  await office.send("bad", 401);
  office.restart();
  expect(await office.send("good", 200)).toBeNull();
  expect(await office.send("bad", 401)).toBe(60);
});

test("requests without a credential are not attempts", async () => {
  const office = makeOffice(0);
  expect(await office.send(null, 401)).toBeNull();
  expect(office.asked).toEqual([]);
});

test("sign-in counts every form, the token endpoint and payment webhooks what fails", async () => {
  const office = makeOffice(1);
  expect(await office.send(null, 303, "/sign-in")).toBeNull();
  expect(await office.send(null, 303, "/api/auth/sign-up/email")).toBe(60);
  for (const path of ["/v1/oauth/token", "/v1/payments/webhooks/stripe"]) {
    expect(await office.send(null, 200, path)).toBeNull();
    expect(await office.send(null, 400, path)).toBeNull();
    expect(await office.send(null, 400, path)).toBe(60);
    expect(await office.send(null, 200, path)).toBe(60);
  }
  expect(await office.send("good", 200)).toBeNull();
  expect(office.asked.map((key) => key.split(":")[0])).toEqual([
    "sign_in",
    "sign_in",
    "oauth",
    "oauth",
    "webhook",
    "webhook",
  ]);
});

test.each(["throws", "missing"] as const)("requests pass when the counter %s", async (limit) => {
  const office = makeOffice(limit);
  for (let index = 0; index < 5; index += 1) expect(await office.send("bad", 401)).toBeNull();
  expect(await office.send(null, 303, "/sign-in")).toBeNull();
  expect(office.errors).toHaveLength(limit === "throws" ? 6 : 0);
});
