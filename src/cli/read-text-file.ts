import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Outcome } from "./outcome.ts";

/** No configuration is so long; whatever is, is not read into memory. */
const MAX_FILE_BYTES = 8 * 1_024 * 1_024;

/** Reads a file; the path is relative to where `kt` was called. */
export function readTextFile(path: string): Outcome<string> {
  const absolute = resolve(process.env["KT_WORKING_DIRECTORY"] ?? process.cwd(), path);
  try {
    if (statSync(absolute).size > MAX_FILE_BYTES) return { ok: false, message: `${path} has more than 8 MiB.` };
    return { ok: true, value: readFileSync(absolute, "utf8") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { ok: false, message: `${path} cannot be read: ${code}.` };
  }
}
