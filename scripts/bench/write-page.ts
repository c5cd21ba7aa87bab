/**
 * Writes docs/benchmark.md: the figures between the marks, the rest of the page by hand. A run of everything replaces them all;
 * a run of a part, the tables of that part, with a line that says when.
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem, type as systemName } from "node:os";
import { join } from "node:path";
import { PROJECT_DIR, requireFromWrangler } from "../gateway/project.ts";
import type { BenchOptions } from "./measure.ts";

const PAGE = join(PROJECT_DIR, "docs/benchmark.md");
const BEGIN = "<!-- figures -->";
const END = "<!-- end of figures -->";

/** Replaces what stands between the marks; throws when the page has lost one of them. */
export async function writeBenchmarkPage(report: string, options: BenchOptions, isWhole: boolean): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const run = describeRun(options);
  await writeFile(PAGE, isWhole ? replaceFigures(page, `${run}\n\n${report}`) : replaceTables(page, report, run));
}

export function replaceFigures(page: string, figures: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error("the page has lost the marks of its figures");
  return `${page.slice(0, begin)}${BEGIN}\n${figures.trim()}\n${page.slice(end)}`;
}

/** Puts each table of the report, with `run` below it, in the place of the one with the same title, or behind the others. */
export function replaceTables(page: string, report: string, run: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error("the page has lost the marks of its figures");
  const [head = "", ...tables] = splitTables(page.slice(begin + BEGIN.length, end));
  for (const table of splitTables(report)) {
    const known = tables.findIndex((other) => titleOf(other) === titleOf(table));
    tables.splice(known === -1 ? tables.length : known, known === -1 ? 0 : 1, `${table.trim()}\n\n${run}`);
  }
  return replaceFigures(page, [head, ...tables].map((part) => part.trim()).join("\n\n"));
}

/** What stands before the first title, if anything, then each table with its title. */
function splitTables(figures: string): string[] {
  return figures.split(/^(?=### )/m);
}

function titleOf(table: string): string {
  return table.split("\n")[0] ?? "";
}

function describeRun({ concurrency, rounds, seconds }: BenchOptions): string {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, ${gibibytes} GiB`;
  const { version }: { version: string } = requireFromWrangler("workerd/package.json");
  const runtime = `workerd ${version}, Node ${process.version}, ${systemName()} ${release()}`;
  const run = `${rounds} rounds of ${seconds} s, ${concurrency} connections for throughput`;
  return `${new Date().toISOString().slice(0, 10)}. ${machine}. ${runtime}. ${run}.`;
}
