/** The figures as Markdown tables: readable in a terminal, and the middle of docs/benchmark.md. */
import { ENDPOINTS } from "../../src/core/endpoint.ts";
import type { LedgerRound } from "./ledger-rounds.ts";
import { MATCHING, POLICIES, type Matching } from "./plant-policies.ts";
import type { PolicyRound } from "./policy-rounds.ts";
import { differences, ratios, valuesOf, type Round } from "./rounds.ts";
import { quantile, quartiles } from "./statistics.ts";

export interface Results {
  /** Rounds by the name of their scenario. */
  readonly rounds: ReadonlyMap<string, readonly Round[]>;
  readonly ledger: readonly LedgerRound[];
  readonly policies: readonly PolicyRound[];
}

type Row = readonly string[];

const RATIO_HEAD: Row = ["", "bare", "gateway", "ratio q1", "median", "q3"];
const ADDED_HEAD: Row = ["", "bare", "gateway", "added q1", "median", "q3"];
const SPREAD_HEAD: Row = ["", "q1", "median", "q3"];

const COUNT = 0;
const RATIO = 2;
const MILLISECONDS = 2;

export function formatReport(results: Results): string {
  const sections = [
    ["Throughput, chat", throughputRows(results), RATIO_HEAD],
    ["Latency of whole answers, one request at a time (ms)", addedRows(results, "latency"), ADDED_HEAD],
    ["Time to the first byte of a stream, one at a time (ms)", addedRows(results, "first_byte"), ADDED_HEAD],
    ["Frames of paced chat streams (ms)", frameRows(results), ADDED_HEAD],
    ["Ledger of one organization, reserve and settle over the gateway API", ledgerRows(results), SPREAD_HEAD],
    [
      `A pair of reserve and settle with ${POLICIES} budgets and ${POLICIES} access policies, as a ratio to none`,
      policyRows(results),
      SPREAD_HEAD,
    ],
  ] as const;
  return sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows, head]) => `### ${title}\n\n${formatTable(head, rows)}`)
    .join("\n");
}

function throughputRows({ rounds }: Results): readonly Row[] {
  const names = { "throughput.json": "whole answers", "throughput.stream": "streams" };
  return Object.entries(names).flatMap(([name, answers]): readonly Row[] => {
    const found = rounds.get(name);
    if (found === undefined) return [];
    const row = (figure: string, label: string, decimals: number): Row => [
      `${answers}: ${label}`,
      median(valuesOf(found, "bare", figure), decimals),
      median(valuesOf(found, "gateway", figure), decimals),
      ...spread(ratios(found, figure), RATIO),
    ];
    return [
      row("perSecond", "requests a second", COUNT),
      row("cpuMs", "processor time of a request, with all that follows it (ms)", MILLISECONDS),
    ];
  });
}

function addedRows({ rounds }: Results, kind: string): readonly Row[] {
  return ENDPOINTS.flatMap((endpoint) => {
    const found = rounds.get(`${kind}.${endpoint}`);
    if (found === undefined) return [];
    return ["p50", "p99"].map((figure) => addedRow(found, `${endpoint} ${figure}`, figure));
  });
}

function frameRows({ rounds }: Results): readonly Row[] {
  const found = rounds.get("frames");
  if (found === undefined) return [];
  const figures = { delayP50: "delay p50", delayP99: "delay p99", gapP50: "gap p50", gapP99: "gap p99" };
  return Object.entries(figures).map(([figure, label]) => addedRow(found, label, figure));
}

function ledgerRows({ ledger }: Results): readonly Row[] {
  if (ledger.length === 0) return [];
  const pairs = ledger.map(({ young }) => young);
  const share = ledger.map(({ young, old }) => old / young);
  return [
    ["pairs a second", ...spread(pairs, COUNT)],
    ["an organization with 100,000 past reservations, as a ratio to a new one", ...spread(share, RATIO)],
  ];
}

function policyRows({ policies }: Results): readonly Row[] {
  if (policies.length === 0) return [];
  return (["few", "many"] as const).flatMap((matching: Matching): readonly Row[] => {
    const label = `${MATCHING[matching]} of each match`;
    const time = policies.map((round) => round.none.perSecond / round[matching].perSecond);
    const cpu = policies.map((round) => round[matching].cpuMs / round.none.cpuMs);
    return [
      [`${label}: time`, ...spread(time, RATIO)],
      [`${label}: processor time`, ...spread(cpu, RATIO)],
    ];
  });
}

function addedRow(rounds: readonly Round[], label: string, figure: string): Row {
  return [
    label,
    median(valuesOf(rounds, "bare", figure), MILLISECONDS),
    median(valuesOf(rounds, "gateway", figure), MILLISECONDS),
    ...spread(differences(rounds, figure), MILLISECONDS),
  ];
}

function median(values: readonly number[], decimals: number): string {
  return quantile(values, 0.5).toFixed(decimals);
}

function spread(values: readonly number[], decimals: number): Row {
  const { q1, median: middle, q3 } = quartiles(values);
  return [q1, middle, q3].map((value) => value.toFixed(decimals));
}

/** The first column to the left, figures to the right. */
function formatTable(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return `${[head, rule, ...rows].map(line).join("\n")}\n`;
}
