import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHAIN_START } from "../../src/core/audit-chain.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { recordToWire, sealRecord, type AuditRow } from "../../src/platform/audit-record.ts";
import { ChainCheck, parseHead, type Head } from "../../scripts/verify-audit/chain.ts";

const folder = mkdtempSync(join(tmpdir(), "verify-audit-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Records of the product, as lines of its export. */
let lines: string[];
beforeAll(async () => {
  const rows: AuditRow[] = [];
  for (const name of ["A", "ö €😀 \u2028", 'quote " and \\', "D", "E"]) {
    const draft = {
      organizationId: "org_a",
      createdAtMs: Date.UTC(2026, 0, 1 + rows.length),
      actor: "key_a",
      action: "team.create",
      objectId: `team_${rows.length}`,
      requestId: "req_a",
      sourceId: null,
      before: null,
      after: { name, "10": 1.5, "9": [true, null], nested: { z: "1", a: "2" } },
    } as const;
    // oxlint-disable-next-line no-await-in-loop -- each follows the one before
    rows.push(await sealRecord(rows.at(-1) ?? CHAIN_START, draft));
  }
  lines = rows.map((row) => canonicalJson(recordToWire(row)));
});

function check(given: readonly string[], heads: readonly Head[] = [], chain = "org_a") {
  const checked = new ChainCheck(chain, heads);
  for (const line of given) checked.take(line);
  const fault = checked.end();
  return {
    fault: fault === null ? null : `${fault.sequence} ${fault.what.split(/[:;]/)[0] ?? ""}`,
    head: checked.head,
  };
}

const headOf = (line: string | undefined): Head => {
  const { sequence, hash }: Head = JSON.parse(line ?? "");
  return { sequence, hash };
};

describe("a chain", () => {
  test("of the product is whole, however its JSON was written again", () => {
    expect(check(lines)).toEqual({ fault: null, head: headOf(lines[4]) });
    const rewritten = lines.map((line) => {
      const record: Record<string, unknown> = JSON.parse(line);
      return JSON.stringify(Object.fromEntries(Object.entries(record).toReversed()), null, 1);
    });
    expect(check(rewritten).fault).toBeNull();
    expect(check([])).toEqual({ fault: null, head: { sequence: 0, hash: "0".repeat(64) } });
  });

  test("that was edited, cut, reordered or filled up tells where", () => {
    const edited = lines.map((line, index) => (index === 2 ? line.replace("key_a", "key_b") : line));
    expect(check(edited).fault).toBe("3 was changed");
    expect(check(lines.toSpliced(2, 1)).fault).toBe("3 is missing");
    expect(check(lines.toSpliced(2, 2, lines[3] ?? "", lines[2] ?? "")).fault).toBe("3 is missing");
    expect(check(lines.toSpliced(2, 0, lines[1] ?? "")).fault).toBe("3 is missing");
    expect(check(lines.toSpliced(0, 1)).fault).toBe("1 is missing");
    expect(check(lines.with(1, "{")).fault).toBe("2 is no record");
    expect(check(lines, [], "org_b").fault).toBe("1 belongs to another chain");
  });

  test("whose end is cut off, or that was written anew, is told by a head that was kept", () => {
    const kept = headOf(lines[4]);
    expect(check(lines, [kept]).fault).toBeNull();
    expect(check(lines.slice(0, 3)).fault).toBeNull();
    expect(check(lines.slice(0, 3), [kept]).fault).toBe("4 is missing");
    expect(check(lines, [{ ...headOf(lines[2]), hash: "0".repeat(64) }]).fault).toBe("3 was written anew");
  });

  test("the records of the documentation are whole", () => {
    const text = readFileSync(fileURLToPath(new URL("../../docs/audit.md", import.meta.url)), "utf8");
    const documented = text.split("\n").filter((line) => line.startsWith('{"action"'));
    expect(documented).toHaveLength(2);
    expect(check(documented, [], "org_01")).toEqual({ fault: null, head: headOf(documented[1]) });
  });

  test("a head is a number and a hash", () => {
    expect(parseHead(`12:${"ab".repeat(32)}`)).toEqual({ sequence: 12, hash: "ab".repeat(32) });
    for (const bad of ["", "12", `x:${"ab".repeat(32)}`, `12:${"AB".repeat(32)}`]) expect(parseHead(bad)).toBeNull();
  });
});

describe("the command", () => {
  const run = (...args: string[]) => {
    const script = fileURLToPath(new URL("../../scripts/verify-audit.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: {} });
    return { status, text: stdout + stderr };
  };

  test("checks an exported file", () => {
    const path = join(folder, "export.ndjson");
    writeFileSync(path, `${lines.join("\n")}\n`);
    const { sequence, hash } = headOf(lines[4]);
    expect(run("--file", path)).toEqual({
      status: 0,
      text: `org_a: 5 records are whole, head ${sequence}:${hash}\n`,
    });
    expect(run("--file", path, "--head", `${sequence}:${hash}`).status).toBe(0);
    writeFileSync(path, `${lines.slice(0, 4).join("\n")}\n`);
    const cut = run("--file", path, "--head", `${sequence}:${hash}`);
    expect(cut).toEqual({ status: 1, text: "org_a: record 5 is missing: the chain went to 5 before\n" });
  });

  test("says what it lacks", () => {
    expect(run()).toEqual({ status: 2, text: "Set KEEPTRUSTS_API_URL and KEEPTRUSTS_API_TOKEN.\n" });
    expect(run("--head", "5")).toEqual({ status: 2, text: "--head is <sequence>:<hash>.\n" });
    expect(run("--file", join(folder, "absent")).status).toBe(2);
  });
});
