/** Text in columns. */
import { printable } from "./printable.ts";

export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/** One line for the titles and one for each row, without control characters. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows].map((cells) => cells.map(printable));
  const widths = columns.map((_column, index) => Math.max(...lines.map((cells) => (cells[index] ?? "").length)));
  return lines
    .map((cells) =>
      columns
        .map(({ align }, index) => {
          const [cell, width] = [cells[index] ?? "", widths[index] ?? 0];
          return align === "right" ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
