import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TargetReport, TargetStanding } from "../../src/contract/target-health.ts";
import { MAX_REPORTS } from "../../src/contract/target-health.ts";
import { PROBE_MS } from "../../src/core/target-health.ts";
import {
  CALL_TIMEOUT_MS,
  createTargetHealthPort,
  QUIET_REFRESH_MS,
  GAP_MS,
  PAUSE_MS,
  REFRESH_MS,
  SAMPLE_MS,
  STALE_MS,
} from "../../src/platform/target-health-port.ts";

const OWN = { gatewayId: "gw_1", targetId: "azure" };
const MANAGED = { gatewayId: "gw_1", targetId: "managed-openai" };

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

interface Call {
  readonly name: string;
  readonly reports: readonly TargetReport[];
}

type Answer = (call: Call) => Promise<readonly TargetStanding[]>;

function standing(circuit: TargetStanding["circuit"], latencyMs: number | null = null): TargetStanding {
  return { gateway_id: "gw_1", target_id: "azure", circuit, latency_ms: latencyMs };
}

/** One isolate; `answers.organization` and `answers.managed` are what the objects say. */
function isolate(answers: { organization?: Answer; managed?: Answer } = {}) {
  const calls: Call[] = [];
  const errors: unknown[] = [];
  const lives: Promise<unknown>[] = [];
  const port = createTargetHealthPort({
    exchange: async (name, reports) => {
      const call = { name, reports };
      calls.push(call);
      const answer = name === "managed" ? answers.managed : answers.organization;
      return answer === undefined ? [] : answer(call);
    },
    nowMs: Date.now,
    reportError: (error) => errors.push(error),
  });
  const request = (organizationId = "org_1") => port.of(organizationId, { waitUntil: (work) => void lives.push(work) });
  return {
    calls,
    errors,
    request,
    /** What a new request sees, which is then admitted. */
    views(organizationId?: string) {
      const health = request(organizationId);
      const views = health.views();
      health.refresh();
      return views;
    },
    /** What was told of one target, in order. */
    told: (targetId: string) => calls.flatMap(({ reports }) => reports.filter((seen) => seen.target_id === targetId)),
    callsOf: (name: string) => calls.filter((call) => call.name === name),
    /** Lets what goes on behind the answers come to its end. */
    async settle() {
      await vi.advanceTimersByTimeAsync(0);
    },
    lives,
  };
}

function took(latencyMs = 10): { beganAtMs: number; latencyMs: number } {
  return { beganAtMs: Date.now() - latencyMs, latencyMs };
}

describe("views", () => {
  it("are at once what is known, and asked for behind the request's back", async () => {
    const own = isolate({ organization: async () => [standing("open", 80)] });
    expect(own.views()).toEqual([]);
    await own.settle();
    expect(own.callsOf("organization:org_1")).toHaveLength(1);
    expect(own.views()).toEqual([{ ...OWN, isOpen: true, latencyMs: 80 }]);
    expect(own.calls.map(({ name }) => name)).toEqual(["managed", "organization:org_1"]);
  });

  it("are asked for again every few seconds, and seldom where there is nothing", async () => {
    const own = isolate({ organization: async () => [standing("closed", 80)] });
    own.views();
    await own.settle();
    await vi.advanceTimersByTimeAsync(REFRESH_MS - 1);
    own.views();
    expect(own.calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    own.views();
    expect(own.callsOf("organization:org_1")).toHaveLength(2);
    expect(own.callsOf("managed")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(QUIET_REFRESH_MS);
    own.views();
    expect(own.callsOf("managed")).toHaveLength(2);
  });

  it("of managed targets are asked for more often while one of them does not do well", async () => {
    const managed = (circuit: "open" | "closed") => async (): Promise<readonly TargetStanding[]> => [
      { gateway_id: null, target_id: "managed-openai", circuit, latency_ms: 80 },
    ];
    const answers = { managed: managed("closed") };
    const own = isolate(answers);
    const callsAfter = async (durationMs: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(durationMs);
      own.views();
      await own.settle();
      return own.callsOf("managed").length;
    };
    expect(await callsAfter(0)).toBe(1);
    expect(await callsAfter(REFRESH_MS)).toBe(1);
    answers.managed = managed("open");
    expect(await callsAfter(QUIET_REFRESH_MS)).toBe(2);
    expect(await callsAfter(REFRESH_MS)).toBe(3);
  });

  it("are of one organization and of the managed targets, never of another organization", async () => {
    const own = isolate({
      organization: async ({ name }) => (name === "organization:org_1" ? [standing("open")] : []),
      managed: async () => [{ gateway_id: null, target_id: "managed-openai", circuit: "open", latency_ms: null }],
    });
    own.views("org_1");
    own.views("org_2");
    await own.settle();
    expect(own.views("org_1").map(({ targetId }) => targetId)).toEqual(["managed-openai", "azure"]);
    expect(own.views("org_2").map(({ targetId }) => targetId)).toEqual(["managed-openai"]);
  });

  it("leave out what orders nothing, and are forgotten when they are old", async () => {
    const answers = { organization: async () => [standing("closed")] };
    const own = isolate(answers);
    own.views();
    await own.settle();
    expect(own.views()).toEqual([]);
    answers.organization = async () => [standing("open")];
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    own.views();
    await own.settle();
    expect(own.views()).toHaveLength(1);
    answers.organization = async () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(STALE_MS + 1);
    expect(own.views()).toEqual([]);
  });
});

describe("a probe", () => {
  it("is for one call of this isolate: the next request sees the target as open", async () => {
    const own = isolate({ organization: async () => [standing("probe", 80)] });
    own.views();
    await own.settle();
    expect(own.views()).toEqual([{ ...OWN, isOpen: false, latencyMs: 80 }]);
    own.request().begin(OWN);
    expect(own.views()).toEqual([{ ...OWN, isOpen: true, latencyMs: 80 }]);
  });

  it("is over after a while", async () => {
    const own = isolate({ organization: async () => [standing("probe")] });
    own.views();
    await own.settle();
    vi.setSystemTime(Date.now() + PROBE_MS + 1);
    expect(own.views()).toEqual([{ ...OWN, isOpen: true, latencyMs: null }]);
  });

  it("is told at once when it succeeds, whatever was told a moment ago", async () => {
    const own = isolate({ organization: async () => [standing("probe")] });
    own.request().end(OWN, "success", took());
    await own.settle();
    await vi.advanceTimersByTimeAsync(GAP_MS);
    own.request().begin(OWN);
    own.request().end(OWN, "success", took());
    await own.settle();
    expect(own.told("azure")).toHaveLength(2);
  });
});

describe("what is told", () => {
  it("goes to the object of the target, managed ones as those of no gateway", async () => {
    const own = isolate();
    own.request().end(OWN, "failure", took(40));
    own.request().end(MANAGED, "account_error", took(30));
    await own.settle();
    expect(own.calls).toEqual([
      {
        name: "organization:org_1",
        reports: [
          {
            gateway_id: "gw_1",
            target_id: "azure",
            succeeded: false,
            failures: 1,
            account_error: false,
            latency_ms: null,
            began_ago_ms: 40,
          },
        ],
      },
      {
        name: "managed",
        reports: [
          {
            gateway_id: null,
            target_id: "managed-openai",
            succeeded: false,
            failures: 0,
            account_error: true,
            latency_ms: null,
            began_ago_ms: 30,
          },
        ],
      },
    ]);
  });

  it("is one success every few seconds, with its latency", async () => {
    const own = isolate({ organization: async () => [standing("closed", 10)] });
    for (let second = 0; second < 12; second += 1) {
      own.request().end(OWN, "success", took(20 + second));
      // oxlint-disable-next-line no-await-in-loop -- one second after the other
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(own.told("azure").map(({ latency_ms }) => latency_ms)).toEqual([20, 25, 30]);
  });

  it("is no success of a managed target that does well, except with what is told or asked anyway", async () => {
    const own = isolate();
    own.views();
    await own.settle();
    own.request().end(MANAGED, "success", took(20));
    await own.settle();
    expect(own.callsOf("managed")).toHaveLength(1);
    own.request().end(MANAGED, "failure", took());
    await own.settle();
    expect(own.told("managed-openai")).toMatchObject([{ succeeded: true, failures: 1, latency_ms: 20 }]);
  });

  it("is every failure, those of an outage together, and a success between them breaks the row", async () => {
    const own = isolate();
    for (let failure = 0; failure < 100; failure += 1) own.request().end(OWN, "failure", took());
    await own.settle();
    await vi.advanceTimersByTimeAsync(GAP_MS);
    expect(own.told("azure").map(({ failures }) => failures)).toEqual([1, 99]);
    own.request().end(OWN, "success", took());
    await vi.advanceTimersByTimeAsync(GAP_MS);
    own.request().end(OWN, "success", took());
    own.request().end(OWN, "failure", took());
    await vi.advanceTimersByTimeAsync(GAP_MS);
    expect(own.told("azure").slice(2)).toMatchObject([
      { succeeded: true, failures: 0 },
      { succeeded: true, failures: 1 },
    ]);
  });

  it("does not speak of a success that was long ago", async () => {
    const own = isolate();
    own.request().end(OWN, "success", took());
    await own.settle();
    own.request().end(OWN, "success", took());
    await vi.advanceTimersByTimeAsync(SAMPLE_MS + 1);
    own.request().end(OWN, "failure", took());
    await own.settle();
    expect(own.told("azure").at(-1)).toMatchObject({ succeeded: false, failures: 1, latency_ms: null });
  });

  it("is bounded in one call, and the rest follows", async () => {
    const own = isolate();
    for (let target = 0; target < 300; target += 1) {
      own.request().end({ gatewayId: "gw_1", targetId: `t${target}` }, "failure", took());
    }
    await own.settle();
    await vi.advanceTimersByTimeAsync(GAP_MS * 10);
    const sizes = own.calls.map(({ reports }) => reports.length);
    expect(Math.max(...sizes)).toBe(MAX_REPORTS);
    // The first went alone; what an isolate keeps of one organization is bounded.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(257);
  });
});

describe("losing the object", () => {
  it("that throws leaves it alone for a while, then tells what was seen meanwhile", async () => {
    const answers: { organization: Answer } = { organization: async () => Promise.reject(new Error("gone")) };
    const own = isolate(answers);
    own.request().end(OWN, "failure", took());
    await own.settle();
    expect(own.errors).toHaveLength(1);
    answers.organization = async () => [standing("open")];
    own.request().end(OWN, "failure", took());
    own.views();
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    own.views();
    await vi.advanceTimersByTimeAsync(0);
    expect(own.callsOf("organization:org_1")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    own.views();
    await own.settle();
    expect(own.told("azure").map(({ failures }) => failures)).toEqual([1, 1]);
    expect(own.views()).toMatchObject([{ isOpen: true }]);
  });

  it("that hangs ends the call, and what outlives the request ends too", async () => {
    const own = isolate({ organization: async () => new Promise(() => undefined), managed: async () => [] });
    own.views();
    await vi.advanceTimersByTimeAsync(CALL_TIMEOUT_MS);
    await Promise.all(own.lives);
    expect(own.errors).toEqual([new Error(`no answer within ${CALL_TIMEOUT_MS} ms`)]);
    expect(own.views()).toEqual([]);
  });

  it("that forgets makes its targets unknown, no more", async () => {
    const answers: { organization: Answer } = { organization: async () => [standing("open", 80)] };
    const own = isolate(answers);
    own.views();
    await own.settle();
    answers.organization = async () => [];
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    own.views();
    await own.settle();
    expect(own.views()).toEqual([]);
  });

  it("with the request that talked to it, which the platform ended: others talk on", async () => {
    let calls = 0;
    const own = isolate({
      organization: async () => {
        calls += 1;
        return calls === 1 ? new Promise(() => undefined) : [standing("open")];
      },
    });
    own.views();
    await own.settle();
    // No timer of a request that was ended ever fires.
    vi.clearAllTimers();
    vi.setSystemTime(Date.now() + 60_000);
    own.views();
    await own.settle();
    expect(own.views()).toMatchObject([{ isOpen: true }]);
  });
});

it("asks nothing of organizations that a token names and whose requests were not admitted", async () => {
  const own = isolate();
  expect(own.request("org_made_up").views()).toEqual([]);
  await own.settle();
  expect(own.calls).toEqual([]);
});

it("remembers so many organizations, the newest", async () => {
  const own = isolate({ organization: async () => [standing("open")] });
  for (let organization = 0; organization <= 500; organization += 1) own.views(`org_${organization}`);
  await own.settle();
  expect(own.request("org_500").views()).toHaveLength(1);
  expect(own.request("org_0").views()).toHaveLength(0);
});
