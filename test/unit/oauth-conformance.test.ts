/** The list of docs/oauth.md names the sections that have a case, and no others. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** As `6749 §3.1`; a section alone is of the RFC before it. */
function sectionsOf(text: string): readonly string[] {
  let rfc = "";
  const sections = new Set<string>();
  for (const [, number, section] of text.matchAll(/(?:(\d{4}) )?§(\d+(?:\.\d+)*)/g)) {
    rfc = number ?? rfc;
    sections.add(`${rfc} §${section}`);
  }
  return [...sections].toSorted();
}

test("docs/oauth.md lists the sections of RFCs that have a case in the conformance tests", () => {
  const rows = read("docs/oauth.md").matchAll(/^\| (RFC [^|]+) \|/gm);
  const listed = sectionsOf(Array.from(rows, ([, cell]) => cell).join("\n"));
  expect(listed.length).toBeGreaterThan(40);
  expect(listed).toEqual(sectionsOf(read("test/workers/oauth-conformance.test.ts")));
});
