/** Writes docs/benchmark.md: the figures of one run between the marks, the rest of the page by hand. */
import { readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem, type as systemName } from "node:os";
import { join } from "node:path";
import { PROJECT_DIR, requireFromWrangler } from "../gateway/project.ts";
import type { BenchOptions } from "./measure.ts";

const PAGE = join(PROJECT_DIR, "docs/benchmark.md");
const BEGIN = "<!-- figures -->";
const END = "<!-- end of figures -->";

/** Replaces what stands between the marks; throws when the page has lost one of them. */
export async function writeBenchmarkPage(report: string, options: BenchOptions): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  await writeFile(PAGE, replaceFigures(page, `${describeRun(options)}\n\n${report}`));
}

export function replaceFigures(page: string, figures: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error("the page has lost the marks of its figures");
  return `${page.slice(0, begin)}${BEGIN}\n${figures.trim()}\n${page.slice(end)}`;
}

function describeRun({ concurrency, rounds, seconds }: BenchOptions): string {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, ${gibibytes} GiB`;
  const { version }: { version: string } = requireFromWrangler("workerd/package.json");
  const runtime = `workerd ${version}, Node ${process.version}, ${systemName()} ${release()}`;
  const run = `${rounds} rounds of ${seconds} s, ${concurrency} connections for throughput`;
  return `${new Date().toISOString().slice(0, 10)}. ${machine}. ${runtime}. ${run}.`;
}
