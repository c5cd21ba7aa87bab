import { describe, expect, it } from "vitest";
import type { Renewal } from "../../src/contract/commands.ts";
import { priceRecordSchema, toPrice } from "../../src/contract/price-record.ts";
import type { MeterSnapshot } from "../../src/provider/adapter.ts";
import type { Progress } from "../../src/proxy/lease.ts";
import { watchHold, type HoldWatch, type WatchedStream } from "../../src/proxy/watch-hold.ts";
import { usageOf } from "../support/price-list.ts";

/** A thousand nano-units for the input, one for each output token. */
const PRICE = toPrice(
  priceRecordSchema.parse({
    provider: "openai",
    model: "test-model",
    input_price_per_million: "0.001",
    output_price_per_million: "0.001",
    endpoints: ["openai.chat"],
  }),
);
const INPUT_TOKENS = 1_000;
const INPUT_NANOS = 1_000n;

interface Scene {
  readonly watch: HoldWatch;
  /** Output so far, as the meter counts it. */
  produce(tokens: number): Promise<boolean> | null;
  readonly asked: Progress[];
  /** What the ledger still has for output, in tokens. */
  funds: number;
  renewByItself(): Promise<void>;
}

function stage(
  rest: Partial<Omit<WatchedStream, "grant">> & { readonly grant?: Partial<WatchedStream["grant"]> } = {},
): Scene {
  let produced = 0;
  let covered = 1_000;
  let progressOf: (() => Progress) | null = null;
  let tell: ((renewal: Renewal) => void) | null = null;
  const snapshot = (): MeterSnapshot => {
    const estimatedUsage = usageOf({ input: INPUT_TOKENS, output: produced });
    const deliveredOutput = produced > 0;
    const others = { terminal: false, errored: false, responseId: null, model: null, flags: [] };
    return { ...others, usage: null, estimatedUsage, reportedCostNanos: null, deliveredOutput };
  };
  const renew = async (): Promise<void> => {
    const progress = progressOf?.() ?? { usage: null };
    scene.asked.push(progress);
    await Promise.resolve();
    const missing = Math.max(0, (progress.holdForOutputTokens ?? 0) - covered);
    const more = Math.min(missing, scene.funds);
    scene.funds -= more;
    covered += more;
    const heldNanos = INPUT_NANOS + BigInt(covered);
    tell?.({ outcome: "renewed", expiresAtMs: 0, heldNanos, currency: "USD", coveredOutputTokens: covered });
  };
  const watch = watchHold({
    target: { id: "t", price: PRICE },
    limitTokens: null,
    meter: { hasProduced: (tokens) => produced >= tokens, snapshot },
    lease: {
      follow(progress, renewed) {
        progressOf = progress;
        tell = renewed;
      },
      renew,
    },
    ...rest,
    grant: {
      wallet: { id: "wal_1", scope: "organization" },
      heldNanos: INPUT_NANOS + 1_000n,
      exchangeRate: "1",
      onHoldExhausted: "stop",
      ...rest.grant,
    },
  });
  const scene: Scene = {
    watch,
    asked: [],
    funds: 0,
    produce(tokens) {
      produced = tokens;
      return watch.check();
    },
    renewByItself: renew,
  };
  return scene;
}

const finish = { onHoldExhausted: "finish" } as const;

describe.each(["finish", "stop"] as const)("watchHold (%s)", (onHoldExhausted) => {
  const grant = { onHoldExhausted };

  it("asks in the background when 80 % is used, once, for one stretch more", async () => {
    const scene = stage({ grant });
    scene.funds = 100_000;
    expect(scene.produce(799)).toBeNull();
    expect(scene.asked).toEqual([]);
    expect(scene.produce(800)).toBeNull();
    expect(scene.produce(810)).toBeNull();
    expect(scene.asked).toMatchObject([
      { holdForOutputTokens: 3_048, usage: { passes: [{ tokens: { output: 800 } }] } },
    ]);
    await Promise.resolve().then(() => undefined);
    expect(scene.produce(2_400)).toBeNull();
    await expect.poll(() => scene.asked.length).toBe(1);
    expect(scene.produce(2_440)).toBeNull();
    expect(scene.asked).toHaveLength(2);
  });

  it("believes a limit that the hold covers until it is passed", () => {
    const scene = stage({ grant, limitTokens: 900 });
    expect(scene.produce(900)).toBeNull();
    expect(scene.asked).toEqual([]);
    expect(scene.produce(901)).toBeNull();
    expect(scene.asked).toHaveLength(1);
  });

  it.each([
    { name: "nothing is held", rest: { grant: { ...grant, wallet: null } } },
    { name: "the model has no price", rest: { grant, target: { id: "t", price: null } } },
    { name: "the model is free", rest: { grant, target: { id: "t", price: { ...PRICE, free: true } } } },
  ])("only follows the lease when $name", async ({ rest }) => {
    const scene = stage(rest);
    expect(scene.produce(1_000_000)).toBeNull();
    await scene.renewByItself();
    expect(scene.asked).toMatchObject([{ usage: { passes: [{ tokens: { output: 1_000_000 } }] } }]);
    expect(scene.asked[0]?.holdForOutputTokens).toBeUndefined();
  });

  it("records nothing before there is something to charge", async () => {
    const scene = stage({ grant });
    await scene.renewByItself();
    expect(scene.asked).toEqual([{ usage: null, targetId: "t" }]);
  });
});

describe("watchHold without money", () => {
  it("lets the stream finish, and leaves further asking to the renewals of the lease", async () => {
    const scene = stage({ grant: finish });
    expect(scene.produce(800)).toBeNull();
    await expect.poll(() => scene.asked.length).toBe(1);
    for (const tokens of [900, 1_000, 5_000]) expect(scene.produce(tokens)).toBeNull();
    expect(scene.asked).toHaveLength(1);
    scene.funds = 10_000;
    await scene.renewByItself();
    expect(scene.asked[1]).toMatchObject({ holdForOutputTokens: 3_048 });
    expect(scene.produce(5_001)).toBeNull();
    expect(scene.asked[2]).toMatchObject({ holdForOutputTokens: 7_049 });
  });

  it("stops the stream before it goes over its hold, after asking once more", async () => {
    const scene = stage();
    expect(scene.produce(800)).toBeNull();
    await expect.poll(() => scene.asked.length).toBe(1);
    await Promise.resolve().then(() => undefined);
    expect(scene.produce(949)).toBeNull();
    expect(await scene.produce(950)).toBe(true);
    expect(scene.asked).toHaveLength(2);
  });

  it("waits for the answer that is under way before it asks again", async () => {
    const scene = stage();
    scene.funds = 10_000;
    expect(await scene.produce(980)).toBe(false);
    expect(scene.asked).toHaveLength(1);
  });

  it("uses up what little is left before it stops", async () => {
    const scene = stage();
    scene.funds = 500;
    expect(scene.produce(800)).toBeNull();
    await Promise.resolve().then(() => undefined);
    expect(scene.produce(1_400)).toBeNull();
    expect(await scene.produce(1_425)).toBe(true);
  });

  it("goes on when money has come meanwhile", async () => {
    const scene = stage();
    expect(scene.produce(800)).toBeNull();
    await Promise.resolve().then(() => undefined);
    scene.funds = 10_000;
    expect(await scene.produce(960)).toBe(false);
    expect(scene.produce(2_000)).toBeNull();
  });
});
