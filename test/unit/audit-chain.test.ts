import { describe, expect, test } from "vitest";
import { CHAIN_START, changedMembers, findChainFault } from "../../src/core/audit-chain.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { AUDIT_ACTIONS, objectTypeOf } from "../../src/contract/audit.ts";
import { hashRow, MAX_STATE_CHARACTERS, sealRecord, type AuditDraft } from "../../src/platform/audit-record.ts";

const DRAFT: AuditDraft = {
  organizationId: "org_a",
  createdAtMs: Date.UTC(2026, 10, 25, 12),
  actor: "key_a",
  action: "team.update",
  objectId: "team_a",
  requestId: "req_a",
  sourceId: null,
  before: { id: "team_a", name: "Old", tags: [] },
  after: { id: "team_a", name: "New", tags: [] },
};

describe("canonical JSON", () => {
  test("has the vectors of RFC 8785", () => {
    const value = {
      numbers: [333_333_333.333_333_3, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "€$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(canonicalJson(names)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  test("leaves out what JSON does not know", () => {
    expect(canonicalJson({ b: undefined, a: [undefined] })).toBe('{"a":[null]}');
  });
});

describe("a record", () => {
  test("names what changed, and follows the one before", async () => {
    const first = await sealRecord(CHAIN_START, DRAFT);
    expect(first).toMatchObject({
      sequence: 1,
      objectType: "team",
      beforeJson: '{"name":"Old"}',
      afterJson: '{"name":"New"}',
      previousHash: "0".repeat(64),
    });
    const second = await sealRecord(first, DRAFT);
    expect([second.sequence, second.previousHash]).toEqual([2, first.hash]);
    expect(second.hash).not.toBe(first.hash);
  });

  test("has a hash over every member", async () => {
    const row = await sealRecord(CHAIN_START, { ...DRAFT, sourceId: "entry_a" });
    const { hash, ...content } = row;
    for (const [name, value] of Object.entries(content)) {
      const other = typeof value === "number" ? value + 1 : name.endsWith("Json") ? '{"name":"x"}' : `${value}x`;
      // oxlint-disable-next-line no-await-in-loop -- a handful
      expect(await hashRow({ ...content, [name]: other }), name).not.toBe(hash);
    }
    expect(await hashRow(content)).toBe(hash);
  });

  test("is bounded: the longest members are named by their digest", async () => {
    const long = "x".repeat(MAX_STATE_CHARACTERS);
    const row = await sealRecord(CHAIN_START, { ...DRAFT, before: null, after: { name: "short", subjects: long } });
    expect(row.afterJson?.length).toBeLessThan(200);
    expect(JSON.parse(row.afterJson ?? "")).toEqual({
      name: "short",
      subjects: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), characters: MAX_STATE_CHARACTERS + 2 },
    });
  });

  test("every action names the type of its object", () => {
    for (const action of AUDIT_ACTIONS) expect(objectTypeOf(action)).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
  });
});

test("members that came or went are changes too", () => {
  expect(changedMembers({ a: 1, b: [1] }, { b: [1], c: null }, canonicalJson)).toEqual({
    before: { a: 1 },
    after: { c: null },
  });
});

test("a chain's faults", async () => {
  const head = { sequence: 4, hash: "a" };
  const record = { sequence: 5, hash: "b", previousHash: "a" };
  expect(findChainFault(head, record, "b")).toBeNull();
  expect(findChainFault(head, record, "c")).toBe("hash");
  expect(findChainFault(head, { ...record, previousHash: "x" }, "b")).toBe("previous_hash");
  expect(findChainFault(head, { ...record, sequence: 6 }, "b")).toBe("gap");
  expect(findChainFault(head, { ...record, sequence: 4 }, "b")).toBe("gap");
});
