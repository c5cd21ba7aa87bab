import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonIdentity } from "../../../src/provider/json-identity.ts";

it.each([
  ['{"a":1,"b":[true,null,"x"]}', '{ "b" : [true, null, "\\u0078"],\n "a":1 }'],
  ['{"n":{"z":1,"a":2}}', '{"n":{"a":2,"z":1}}'],
])("is the same for %s and %s", (a, b) => {
  expect(jsonIdentity(a)).toBe(jsonIdentity(b));
});

it.each([
  ['{"a":1}', '{"a":1.0}'],
  ['{"a":9007199254740992}', '{"a":9007199254740993}'],
  ['{"a":1}', '{"a":"1"}'],
  ["[1,2]", "[2,1]"],
  ['["a",1]', '{"a":1}'],
  ['[["a",1]]', '{"a":1}'],
  ['["object",["a",1]]', '{"a":1}'],
  ['["number","1"]', "1"],
  ['{"__proto__":1}', "{}"],
  ['{"a":null}', "{}"],
])("differs for %s and %s", (a, b) => {
  expect(jsonIdentity(a)).not.toBe(jsonIdentity(b));
});

it("tells two values apart exactly when JSON does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(jsonIdentity(JSON.stringify(a)) === jsonIdentity(JSON.stringify(b))).toBe(isSame);
      expect(jsonIdentity(JSON.stringify(a, null, 3))).toBe(jsonIdentity(JSON.stringify(a)));
    }),
    { numRuns: 2_000 },
  );
});

/** Objects as sorted lists of pairs under a mark that no JSON value has. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return {
    pairs: Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  };
}
