/** The object that remembers how targets did, in the real runtime, asked as a Worker asks it. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MAX_REPORTS, MAX_TARGETS, type TargetReport } from "../../src/contract/target-health.ts";
import { ACCOUNT_COOLDOWN_MS, COOLDOWN_MS, FAILURES_TO_OPEN, MAX_PROBES } from "../../src/core/target-health.ts";
import { createTargetHealthClient } from "../../src/platform/target-health-client.ts";

const exchange = createTargetHealthClient(env.TARGET_HEALTH);
const NOON_MS = Date.UTC(2026, 5, 1, 12);

let made = 0;
/** An object of its own for each test. */
function newName(): string {
  made += 1;
  return `organization:org_${made}`;
}

function stubOf(name: string): DurableObjectStub {
  return env.TARGET_HEALTH.get(env.TARGET_HEALTH.idFromName(name));
}

function reportOf(targetId: string, rest: Partial<TargetReport> = {}): TargetReport {
  return {
    gateway_id: "gw_1",
    target_id: targetId,
    succeeded: false,
    failures: 0,
    account_error: false,
    latency_ms: null,
    began_ago_ms: 0,
    ...rest,
  };
}

async function circuitOf(name: string, targetId: string, reports: readonly TargetReport[] = []) {
  const standings = await exchange(name, reports);
  return standings.find((standing) => standing.target_id === targetId)?.circuit ?? null;
}

afterEach(() => {
  vi.useRealTimers();
});

describe("the object", () => {
  it("knows nothing of targets that nobody told of", async () => {
    expect(await exchange(newName(), [])).toEqual([]);
  });

  it("adds up the failures that several isolates tell, and opens the circuit", async () => {
    const name = newName();
    for (let failure = 1; failure < FAILURES_TO_OPEN; failure += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await circuitOf(name, "azure", [reportOf("azure", { failures: 1 })])).toBe("closed");
    }
    expect(await circuitOf(name, "azure", [reportOf("azure", { failures: 1 })])).toBe("open");
    expect(await circuitOf(name, "other", [reportOf("other", { failures: 1 })])).toBe("closed");
  });

  it("begins to count anew when an isolate has seen a success before its failure", async () => {
    const name = newName();
    await exchange(name, [reportOf("azure", { failures: FAILURES_TO_OPEN - 1 })]);
    expect(await circuitOf(name, "azure", [reportOf("azure", { succeeded: true, failures: 1 })])).toBe("closed");
  });

  it("opens at once on an account error, lets few probes through afterwards, and closes on a success", async () => {
    vi.useFakeTimers({ now: NOON_MS, toFake: ["Date"] });
    const name = newName();
    expect(await circuitOf(name, "azure", [reportOf("azure", { account_error: true })])).toBe("open");
    vi.setSystemTime(NOON_MS + ACCOUNT_COOLDOWN_MS);
    const circuits: unknown[] = [];
    // oxlint-disable-next-line no-await-in-loop -- one isolate after the other
    for (let asker = 0; asker <= MAX_PROBES; asker += 1) circuits.push(await circuitOf(name, "azure"));
    expect(circuits).toEqual([...Array.from({ length: MAX_PROBES }, () => "probe"), "open"]);
    expect(await circuitOf(name, "azure", [reportOf("azure", { succeeded: true, latency_ms: 70 })])).toBe("closed");
    expect(await exchange(name, [])).toEqual([
      { gateway_id: "gw_1", target_id: "azure", circuit: "closed", latency_ms: 70 },
    ]);
  });

  it("judges an answer by when its call began", async () => {
    const name = newName();
    await exchange(name, [reportOf("azure", { failures: FAILURES_TO_OPEN })]);
    const late = reportOf("azure", { succeeded: true, began_ago_ms: 60_000 });
    expect(await circuitOf(name, "azure", [late])).toBe("open");
    expect(await circuitOf(name, "azure", [{ ...late, began_ago_ms: 0 }])).toBe("closed");
  });

  it("writes to the log when a circuit opens and when it closes, once", async () => {
    const lines: unknown[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(JSON.parse(String(line))));
    const name = newName();
    await exchange(name, [reportOf("azure", { failures: FAILURES_TO_OPEN }), reportOf("fine", { succeeded: true })]);
    await exchange(name, [reportOf("azure", { failures: 1 })]);
    await exchange(name, [reportOf("azure", { succeeded: true })]);
    log.mockRestore();
    const line = { object: name, gateway_id: "gw_1", target_id: "azure" };
    expect(lines).toEqual([
      { event: "target.circuit_opened", ...line, seconds: COOLDOWN_MS / 1_000 },
      { event: "target.circuit_closed", ...line, seconds: null },
    ]);
  });

  it("opens again when a probe fails", async () => {
    vi.useFakeTimers({ now: NOON_MS, toFake: ["Date"] });
    const name = newName();
    await exchange(name, [reportOf("azure", { failures: FAILURES_TO_OPEN })]);
    vi.setSystemTime(NOON_MS + COOLDOWN_MS);
    expect(await circuitOf(name, "azure")).toBe("probe");
    expect(await circuitOf(name, "azure", [reportOf("azure", { failures: 1 })])).toBe("open");
  });

  it("tells the same target id of two gateways apart, and managed targets from both", async () => {
    const name = newName();
    await exchange(name, [
      reportOf("azure", { account_error: true }),
      reportOf("azure", { gateway_id: "gw_2", succeeded: true }),
      reportOf("azure", { gateway_id: null, succeeded: true }),
    ]);
    expect((await exchange(name, [])).map(({ gateway_id, circuit }) => [gateway_id, circuit])).toEqual([
      ["gw_1", "open"],
      ["gw_2", "closed"],
      [null, "closed"],
    ]);
  });

  it("remembers after an eviction, and an object of another name knows nothing of it", async () => {
    const name = newName();
    const told = await exchange(name, [reportOf("azure", { account_error: true, succeeded: true, latency_ms: 5 })]);
    await evictDurableObject(stubOf(name));
    expect(await exchange(name, [])).toEqual(told);
    expect(await exchange(newName(), [])).toEqual([]);
  });

  it("forgets what it cannot read, and goes on", async () => {
    const name = newName();
    await exchange(name, [reportOf("azure", { account_error: true })]);
    await runInDurableObject(stubOf(name), async (_object, state) =>
      state.storage.put("data", { known: [{ odd: 1 }] }),
    );
    await evictDurableObject(stubOf(name));
    expect(await exchange(name, [])).toEqual([]);
    expect(await circuitOf(name, "azure", [reportOf("azure", { failures: 1 })])).toBe("closed");
  });

  it("forgets targets that nobody called for a day, and keeps so many, those told of last", async () => {
    vi.useFakeTimers({ now: NOON_MS, toFake: ["Date"] });
    const name = newName();
    await exchange(name, [reportOf("old", { succeeded: true })]);
    vi.setSystemTime(NOON_MS + 86_400_000);
    await exchange(name, [reportOf("new", { succeeded: true })]);
    expect((await exchange(name, [])).map(({ target_id }) => target_id)).toEqual(["new"]);
    for (let index = 0; index < MAX_TARGETS + MAX_REPORTS; index += MAX_REPORTS) {
      const reports = Array.from({ length: MAX_REPORTS }, (_, of) => reportOf(`t${index + of}`, { succeeded: true }));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await exchange(name, reports);
    }
    const idsNow = async (): Promise<string[]> => (await exchange(name, [])).map(({ target_id }) => target_id);
    const ids = await idsNow();
    expect(ids).toHaveLength(MAX_TARGETS);
    expect([ids[0], ids.at(-1)]).toEqual([`t${MAX_REPORTS}`, `t${MAX_TARGETS + MAX_REPORTS - 1}`]);
    await exchange(name, [reportOf(`t${MAX_REPORTS}`, { failures: 1 }), reportOf("last", { succeeded: true })]);
    expect([(await idsNow())[0], ...(await idsNow()).slice(-2)]).toEqual([
      `t${MAX_REPORTS + 2}`,
      `t${MAX_REPORTS}`,
      "last",
    ]);
  });

  it.each([
    ["too many", Array.from({ length: MAX_REPORTS + 1 }, (_, of) => reportOf(`t${of}`))],
    ["an id that is too long", [reportOf("t".repeat(129))]],
    ["an id that a header does not hold", [reportOf("träge")]],
    ["a negative time", [reportOf("azure", { began_ago_ms: -1 })]],
    ["something else", "reports"],
  ])("refuses %s, as its client does, and changes nothing", async (_name, reports) => {
    const name = newName();
    await exchange(name, [reportOf("azure", { succeeded: true })]);
    const before = await exchange(name, []);
    const refused = await stubOf(name).fetch("https://itty-durable/do/call/exchange", {
      headers: { "do-content": JSON.stringify([reports]).replace("ä", "\\u00e4") },
    });
    expect(refused.status).toBe(500);
    await refused.body?.cancel();
    if (typeof reports !== "string") await expect(exchange(name, reports)).rejects.toThrow();
    expect(await exchange(name, [])).toEqual(before);
  });
});
