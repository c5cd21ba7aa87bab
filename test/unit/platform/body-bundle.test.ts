import fc from "fast-check";
import { expect, it } from "vitest";
import { packBundle, readBundleHeader } from "../../../src/platform/body-bundle.ts";
import type { NamedBody } from "../../../src/platform/body-bundle.ts";

const anyBody: fc.Arbitrary<NamedBody> = fc.record({
  address: fc.record({
    organizationId: fc.constant("org_1"),
    eventId: fc.stringMatching(/^evt_[a-z0-9]{1,26}$/),
    createdAtMs: fc.constant(0),
  }),
  part: fc.constantFrom("request", "response"),
  body: fc.record({
    bytes: fc.uint8Array({ maxLength: 300 }),
    totalBytes: fc.nat(),
    truncated: fc.boolean(),
    contentType: fc.option(fc.string({ maxLength: 40 })),
    status: fc.option(fc.integer({ min: 100, max: 599 })),
  }),
});

it("gives each body back, byte for byte, and asks for as much of the header as it needs", () => {
  fc.assert(
    fc.property(fc.array(anyBody, { minLength: 1, maxLength: 12 }), fc.nat(), (bodies, cut) => {
      const bundle = packBundle(bodies);
      const header = readBundleHeader(bundle);
      if (typeof header === "number") throw new Error("all of it was there");
      expect(header.entries).toHaveLength(bodies.length);
      for (const [index, { address, part, body }] of bodies.entries()) {
        const entry = header.entries[index];
        if (entry === undefined) throw new Error("one is missing");
        const { offset, length, ...facts } = entry;
        expect(facts).toEqual({
          event: address.eventId,
          part,
          total_bytes: body.totalBytes,
          truncated: body.truncated,
          content_type: body.contentType,
          status: body.status,
        });
        const from = header.bodiesAt + offset;
        expect(bundle.subarray(from, from + length)).toEqual(body.bytes);
      }
      const short = readBundleHeader(bundle.subarray(0, cut % header.bodiesAt));
      expect(typeof short).toBe("number");
      expect(short).toBeLessThanOrEqual(header.bodiesAt);
    }),
  );
});
