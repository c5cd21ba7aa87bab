import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adapterOf } from "../../src/provider/dialects.ts";
import { removeMember, scanObject, setMembers } from "../../src/provider/json-text.ts";

const object = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 8 });
const indent = fc.constantFrom(undefined, 1, "\t");

describe("JSON as text", () => {
  it("finds exactly the members that a parser finds", () => {
    fc.assert(
      fc.property(object, indent, (value, space) => {
        const text = JSON.stringify(value, null, space);
        const scan = scanObject(text);
        if (!scan.ok) throw new Error(scan.problem);
        const found = scan.members.map((member) => [
          member.key,
          JSON.parse(text.slice(member.valueStart, member.valueEnd)),
        ]);
        expect(found).toEqual(Object.entries(JSON.parse(text)));
      }),
    );
  });

  it("sets one member and leaves the text of all others alone", () => {
    fc.assert(
      fc.property(object, indent, fc.string({ maxLength: 8 }), fc.jsonValue(), (value, space, key, replacement) => {
        fc.pre(key !== "__proto__");
        const text = JSON.stringify(value, null, space);
        const changed = setMembers(text, new Map([[key, JSON.stringify(replacement)]]));
        expect(JSON.parse(changed)).toEqual(JSON.parse(JSON.stringify({ ...value, [key]: replacement })));
        const back = Object.hasOwn(value, key) ? setMembers(changed, new Map([[key, memberOf(text, key)]])) : text;
        expect(back).toBe(text);
      }),
    );
  });

  it("takes one member out and leaves JSON", () => {
    fc.assert(
      fc.property(object, indent, fc.nat(), (value, space, pick) => {
        const keys = Object.keys(value);
        fc.pre(keys.length > 0);
        const key = keys[pick % keys.length] ?? "";
        const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
        expect(JSON.parse(removeMember(JSON.stringify(value, null, space), key))).toEqual(
          JSON.parse(JSON.stringify(rest)),
        );
      }),
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => text.slice(0, -1)),
        ),
        (text) => {
          const result = adapterOf("openai.chat").inspectBody(text);
          if (!result.ok) expect(result.failure.kind).toBe("invalid_request");
        },
      ),
    );
  });
});

function memberOf(text: string, key: string): string {
  const scan = scanObject(text);
  const found = scan.ok ? scan.members.find((member) => member.key === key) : undefined;
  return found === undefined ? "null" : text.slice(found.valueStart, found.valueEnd);
}
