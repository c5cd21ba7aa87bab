import { describe, expect, it } from "vitest";
import { planRoute } from "../../src/core/routing.ts";
import type { RouteRules } from "../../src/core/routing.ts";

interface Candidate {
  readonly id: string;
  /** Null: nobody knows. */
  readonly costNanos: bigint | null;
}

const NO_CEILINGS = { promptNanos: null, completionNanos: null, requestNanos: null };
const CANDIDATES: readonly [Candidate, ...Candidate[]] = [
  { id: "dear", costNanos: 30n },
  { id: "unpriced", costNanos: null },
  { id: "cheap", costNanos: 10n },
  { id: "middle", costNanos: 20n },
];

interface Scene extends Partial<RouteRules> {
  readonly open?: readonly string[];
  readonly latencies?: Readonly<Record<string, number>>;
  readonly turn?: number;
}

function route({ open = [], latencies = {}, turn = 0, ...rules }: Scene) {
  return planRoute(
    CANDIDATES,
    { strategy: "ordered", allowFallbacks: true, ceilings: NO_CEILINGS, ...rules },
    {
      project: ({ costNanos }) =>
        costNanos === null
          ? null
          : { promptNanos: costNanos / 10n, completionNanos: costNanos / 2n, requestNanos: costNanos },
      healthOf: (id) =>
        open.includes(id) || id in latencies ? { isOpen: open.includes(id), latencyMs: latencies[id] ?? null } : null,
      turn,
    },
  );
}

function ids(scene: Scene): readonly string[] {
  const planned = route(scene);
  return planned.ok ? planned.value.map(({ id }) => id) : [planned.failure.kind];
}

describe("planRoute", () => {
  it.each<{ readonly name: string; readonly scene: Scene; readonly expected: readonly string[] }>([
    { name: "the order of the file, three at most", scene: {}, expected: ["dear", "unpriced", "cheap"] },
    {
      name: "the cheapest first, what has no price last",
      scene: { strategy: "lowest_price" },
      expected: ["cheap", "middle", "dear"],
    },
    { name: "turns", scene: { strategy: "round_robin", turn: 6 }, expected: ["cheap", "middle", "dear"] },
    {
      name: "what was never measured, then the fastest",
      scene: { strategy: "lowest_latency", latencies: { dear: 90, unpriced: 50, cheap: 70 } },
      expected: ["middle", "unpriced", "cheap"],
    },
    { name: "open circuits last", scene: { open: ["dear", "cheap"] }, expected: ["unpriced", "middle", "dear"] },
    {
      name: "open circuits when all are open",
      scene: { open: CANDIDATES.map(({ id }) => id) },
      expected: ["dear", "unpriced", "cheap"],
    },
    { name: "one without fallbacks", scene: { allowFallbacks: false }, expected: ["dear"] },
    {
      name: "the first of the file without fallbacks, also when its circuit is open",
      scene: { allowFallbacks: false, open: ["dear"] },
      expected: ["dear"],
    },
    {
      name: "one of the rest without fallbacks, where the order is ours",
      scene: { strategy: "lowest_price", allowFallbacks: false, open: ["cheap"] },
      expected: ["middle"],
    },
    {
      name: "what is within the ceiling of the request, and what has no price",
      scene: { ceilings: { ...NO_CEILINGS, requestNanos: 20n } },
      expected: ["unpriced", "cheap", "middle"],
    },
    {
      name: "what is within the ceiling of the prompt",
      scene: { ceilings: { ...NO_CEILINGS, promptNanos: 1n } },
      expected: ["unpriced", "cheap"],
    },
    {
      name: "what is within the ceiling of the completion",
      scene: { ceilings: { ...NO_CEILINGS, completionNanos: 10n } },
      expected: ["unpriced", "cheap", "middle"],
    },
  ])("plans $name", ({ scene, expected }) => {
    expect(ids(scene)).toEqual(expected);
  });

  it("refuses with every target's cost and the first ceiling that it is over, when all are over", () => {
    const priced: readonly [Candidate, ...Candidate[]] = [
      { id: "dear", costNanos: 30n },
      { id: "cheap", costNanos: 10n },
    ];
    const rules: RouteRules = {
      strategy: "ordered",
      allowFallbacks: true,
      ceilings: { promptNanos: null, completionNanos: 12n, requestNanos: 5n },
    };
    const planned = planRoute(priced, rules, {
      project: ({ costNanos }) => ({
        promptNanos: 0n,
        completionNanos: costNanos ?? 0n,
        requestNanos: costNanos ?? 0n,
      }),
      healthOf: () => null,
      turn: 0,
    });
    expect(planned).toEqual({
      ok: false,
      failure: {
        kind: "price_ceiling_exceeded",
        targets: [
          { id: "dear", projectedNanos: 30n, ceilingNanos: 12n },
          { id: "cheap", projectedNanos: 10n, ceilingNanos: 5n },
        ],
      },
    });
  });
});
