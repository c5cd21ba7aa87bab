import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PolicyRound } from "../../scripts/bench/policy-rounds.ts";
import { formatReport } from "../../scripts/bench/report.ts";
import { differences, ratios, runRounds, type Round } from "../../scripts/bench/rounds.ts";
import { quantile, quartiles } from "../../scripts/bench/statistics.ts";
import { replaceFigures, replaceTables } from "../../scripts/bench/write-page.ts";

describe("the statistics of the benchmark", () => {
  it("interpolates between the values, whatever their order", () => {
    expect(quartiles([4, 1, 3, 2, 5])).toEqual({ q1: 2, median: 3, q3: 4 });
    expect(quantile([1, 2], 0.5)).toBe(1.5);
    expect(quantile([10, 9, 100], 1)).toBe(100);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("compares within a round, not across them", () => {
    const rounds: readonly Round[] = [
      { gateway: { perSecond: 50 }, bare: { perSecond: 100 } },
      { gateway: { perSecond: 10 }, bare: { perSecond: 40 } },
    ];
    expect(ratios(rounds, "perSecond")).toEqual([0.5, 0.25]);
    expect(differences(rounds, "perSecond")).toEqual([-50, -30]);
  });
});

describe("the rounds of the benchmark", () => {
  it("warm both sides up, then take turns in going first", async () => {
    const sides = {
      gateway: { url: "gateway", pid: 1, restMs: 0 },
      bare: { url: "bare", pid: 2, restMs: 0 },
      keys: { model: "", control: "", controlWithPast: "", controlWithPolicies: { few: "", many: "" } },
    };
    const order: string[] = [];
    const rounds = await runRounds(
      {
        name: "any",
        run: async ({ url }) => {
          order.push(url);
          return { at: order.length };
        },
      },
      sides,
      2,
    );
    expect(order).toEqual(["bare", "gateway", "bare", "gateway", "gateway", "bare", "bare", "gateway"]);
    expect(rounds).toEqual([
      { gateway: { at: 5 }, bare: { at: 6 } },
      { bare: { at: 7 }, gateway: { at: 8 } },
    ]);
  });
});

describe("the report of the benchmark", () => {
  it("shows what was measured, and nothing else", () => {
    const round = (gateway: number): Round => ({
      gateway: { perSecond: gateway, cpuMs: 3 },
      bare: { perSecond: 100, cpuMs: 1.5 },
    });
    const pace = (few: number, many: number): PolicyRound => ({
      none: { perSecond: 100, cpuMs: 2 },
      few: { perSecond: few, cpuMs: 2 },
      many: { perSecond: many, cpuMs: 3 },
    });
    const report = formatReport({
      rounds: new Map([["throughput.json", [round(40), round(50), round(60)]]]),
      ledger: [],
      policies: [pace(100, 50), pace(80, 40), pace(60, 30)],
    });
    expect(report).toMatch(/4 of each match: time +\| +1\.13 \| +1\.25 \| +1\.46 \|/);
    expect(report).toMatch(/36 of each match: time +\| +2\.25 \| +2\.50 \| +2\.92 \|/);
    expect(report).toMatch(/36 of each match: processor time +\| +1\.50 \| +1\.50 \| +1\.50 \|/);
    expect(report).toMatch(/whole answers: requests a second +\| +100 \| +50 \| +0\.45 \| +0\.50 \| +0\.55 \|/);
    expect(report).toMatch(/processor time of a request.* 2\.00 \|/);
    expect(report).not.toContain("Ledger");
    expect(report).not.toContain("NaN");
  });

  it("of a part replaces the tables of that part, and says when", () => {
    const page = "a\n<!-- figures -->\nrun 1\n\n### A\n\n|1|\n\n### B\n\n|2|\n<!-- end of figures -->\nb\n";
    const written = replaceTables(page, "### A\n\n|3|\n\n### C\n\n|4|\n", "run 2");
    expect(written).toBe(
      "a\n<!-- figures -->\nrun 1\n\n### A\n\n|3|\n\nrun 2\n\n### B\n\n|2|\n\n### C\n\n|4|\n\nrun 2\n<!-- end of figures -->\nb\n",
    );
    expect(() => replaceTables("no marks", "new", "run")).toThrow("lost the marks");
  });

  it("goes between the marks of its page", () => {
    const page = "before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n";
    expect(replaceFigures(page, "new\n")).toBe("before\n<!-- figures -->\nnew\n<!-- end of figures -->\nafter\n");
    expect(() => replaceFigures("no marks", "new")).toThrow("lost the marks");
  });
});

describe("the bare Worker", () => {
  it("runs with the gateway's compatibility settings", () => {
    const settings = (path: string): readonly string[] =>
      readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")
        .split("\n")
        .filter((line) => line.startsWith("compatibility_"));
    expect(settings("scripts/bench/bare-worker.toml")).toEqual(settings("wrangler.toml"));
    expect(settings("wrangler.toml")).toHaveLength(2);
  });
});
