/** What is measured, and how one round of it is run. */
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { SENT_AT_PATTERN } from "./canned-answers.ts";
import { buildRequest, toMs, type Answer, type Connection } from "./connection.ts";
import { readCpuMs, waitUntilQuiet } from "./cpu-time.ts";
import { ask, runLoad } from "./load.ts";
import type { Matching } from "./plant-policies.ts";
import { endingOf, modelRequest } from "./requests.ts";
import { quantile } from "./statistics.ts";

/** One of the two Workers. */
export interface Side {
  readonly url: string;
  readonly pid: number;
  /** How long after its last answer more work may still begin: the queue gives a batch after a second. */
  readonly restMs: number;
}

export interface Bench {
  readonly gateway: Side;
  readonly bare: Side;
  /** Of the gateway's organization: model traffic, and the gateway API. Others' for the gateway API alone. */
  readonly keys: {
    readonly model: string;
    readonly control: string;
    readonly controlWithPast: string;
    readonly controlWithPolicies: Readonly<Record<Matching, string>>;
  };
}

export interface BenchOptions {
  readonly seconds: number;
  readonly concurrency: number;
  readonly rounds: number;
}

/** A figure of one side in one round. */
export type Figures = Readonly<Record<string, number>>;

export interface Scenario {
  readonly name: string;
  /** Runs one side for a round. */
  readonly run: (side: Side) => Promise<Figures>;
}

/** Streams are paced as a quick model writes. */
const FRAME_GAP_MS = 10;
const PACED_STREAMS = 8;
/** A stream of them takes two thirds of a second. */
const PACED_SECONDS = 1.5;
/** One request at a time needs less time for its percentiles than a throughput does. */
const LATENCY_SHARE = 0.5;

export function scenariosOf(bench: Bench, options: BenchOptions): readonly Scenario[] {
  return [
    throughput(bench, options, false),
    throughput(bench, options, true),
    ...ENDPOINTS.map((endpoint) => latency(bench, options, endpoint)),
    ...ENDPOINTS.map((endpoint) => firstByte(bench, options, endpoint)),
    pacedFrames(bench, options),
  ];
}

function throughput(bench: Bench, options: BenchOptions, stream: boolean): Scenario {
  const request = modelRequest("openai.chat", bench.keys.model, { stream });
  const turn = ask(request, endingOf("openai.chat", stream));
  return {
    name: stream ? "throughput.stream" : "throughput.json",
    run: async (side) => {
      const before = readCpuMs(side.pid);
      const { answers, perSecond } = await runLoad(side.url, { ...options, turn });
      await waitUntilQuiet(side.pid, side.restMs);
      const after = readCpuMs(side.pid);
      const cpuMs = before === null || after === null ? Number.NaN : (after - before) / answers.length;
      return { perSecond, cpuMs };
    },
  };
}

function latency(bench: Bench, options: BenchOptions, endpoint: Endpoint): Scenario {
  const turn = ask(modelRequest(endpoint, bench.keys.model, { stream: false }), endingOf(endpoint, false));
  return {
    name: `latency.${endpoint}`,
    run: async (side) => {
      const { answers } = await runLoad(side.url, { seconds: options.seconds * LATENCY_SHARE, concurrency: 1, turn });
      return percentiles(answers.map((answer) => answer.latencyMs));
    },
  };
}

function firstByte(bench: Bench, options: BenchOptions, endpoint: Endpoint): Scenario {
  const turn = ask(modelRequest(endpoint, bench.keys.model, { stream: true }), endingOf(endpoint, true));
  return {
    name: `first_byte.${endpoint}`,
    run: async (side) => {
      const { answers } = await runLoad(side.url, { seconds: options.seconds * LATENCY_SHARE, concurrency: 1, turn });
      return percentiles(answers.map((answer) => answer.firstByteMs));
    },
  };
}

/** Several streams at once, each frame with the time at which it was sent: how late it comes, and how evenly. */
function pacedFrames(bench: Bench, options: BenchOptions): Scenario {
  const request = modelRequest("openai.chat", bench.keys.model, { stream: true, gapMs: FRAME_GAP_MS });
  const turn = ask(request, endingOf("openai.chat", true));
  return {
    name: "frames",
    run: async (side) => {
      const seconds = Math.max(PACED_SECONDS, options.seconds);
      const { answers } = await runLoad(side.url, { seconds, concurrency: PACED_STREAMS, turn });
      const frames = answers.map(framesOf);
      const delay = percentiles(frames.flat().map((frame) => toMs(frame.atNs - frame.sentAtNs)));
      const gap = percentiles(frames.flatMap(gapsMs));
      return { delayP50: delay.p50, delayP99: delay.p99, gapP50: gap.p50, gapP99: gap.p99 };
    },
  };
}

interface Frame {
  readonly atNs: bigint;
  readonly sentAtNs: bigint;
}

function framesOf(answer: Answer): readonly Frame[] {
  return answer.parts.flatMap(({ atNs, text }) =>
    Array.from(text.matchAll(SENT_AT_PATTERN), ([, sentAtNs = "0"]) => ({ atNs, sentAtNs: BigInt(sentAtNs) })),
  );
}

function gapsMs(frames: readonly Frame[]): number[] {
  return frames.slice(1).map((frame, index) => toMs(frame.atNs - (frames[index]?.atNs ?? frame.atNs)));
}

function percentiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

export interface LedgerPace {
  /** Pairs of reserve and settle. */
  readonly perSecond: number;
  /** Processor time of a pair, with all that follows it; NaN where it cannot be read. */
  readonly cpuMs: number;
}

/** Reserve and settle through the gateway API: what one organization's ledger takes, without model traffic. */
export async function measureLedger(
  bench: Bench,
  options: BenchOptions,
  key: string,
  round: string,
): Promise<LedgerPace> {
  let number = 0;
  const before = readCpuMs(bench.gateway.pid);
  const { answers, perSecond } = await runLoad(bench.gateway.url, {
    ...options,
    turn: async (connection) => {
      number += 1;
      return reserveAndSettle(connection, key, `bench-${process.pid}-${round}-${number}`);
    },
  });
  await waitUntilQuiet(bench.gateway.pid, bench.gateway.restMs);
  const after = readCpuMs(bench.gateway.pid);
  const cpuMs = before === null || after === null ? Number.NaN : (after - before) / answers.length;
  return { perSecond, cpuMs };
}

export async function reserveAndSettle(connection: Connection, key: string, requestId: string): Promise<Answer> {
  const post = async (path: string, body: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const answer = await connection.send(buildRequest(path, { authorization: `Bearer ${key}` }, body));
    if (answer.status !== 200 && answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return answer;
  };
  const reserved = await post("/v1/gateway/wallets/reserve", {
    request_id: requestId,
    provider: "openai",
    model: "gpt-5.4-mini",
    input_tokens: 380,
    max_output_tokens: 256,
    request_sha256: "0".repeat(64),
  });
  const { reservation_id: reservationId }: { reservation_id: unknown } = JSON.parse(reserved.body);
  const usage = { prompt_tokens: 380, completion_tokens: 128, total_tokens: 508 };
  return post("/v1/gateway/wallets/settle", { reservation_id: reservationId, usage });
}
