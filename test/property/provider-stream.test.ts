import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/core/endpoint.ts";
import type { MeterSnapshot } from "../../src/provider/adapter.ts";
import { adapterOf } from "../../src/provider/dialects.ts";
import { joinBytes } from "../../src/provider/event-splitter.ts";
import { bytesOfText, meterContext, readWire, textOfBytes } from "../unit/provider/support.ts";

function meterIn(
  endpoint: Endpoint,
  stripUsage: boolean,
  chunks: readonly Uint8Array[],
): { readonly forwarded: string; readonly snapshot: MeterSnapshot } {
  const meter = adapterOf(endpoint).createStreamMeter({ ...meterContext(endpoint), stripUsage });
  const forwarded = chunks.map((chunk) => meter.push(chunk).slice());
  forwarded.push(meter.end().slice());
  return { forwarded: textOfBytes(joinBytes(forwarded)), snapshot: meter.snapshot() };
}

/** Cuts at sorted positions: any split, between the bytes of a character and between `\r` and `\n` too. */
function cut(bytes: Uint8Array, positions: readonly number[]): readonly Uint8Array[] {
  const ends = [...new Set(positions.map((position) => position % bytes.length))].toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

const STREAMS: readonly (readonly [Endpoint, string, boolean])[] = [
  ["openai.chat", "chat-stream.sse", true],
  ["openai.chat", "chat-stream.sse", false],
  ["openai.responses", "responses-stream.sse", false],
  ["anthropic.messages", "messages-stream.sse", false],
];

describe.each(STREAMS)("%s %s, stripped %s", (endpoint, name, strip) => {
  const original = textOfBytes(readWire(name));

  it.each(["\n", "\r\n", "\r"])("is the same in any split with line end %j", (lineEnd) => {
    const bytes = bytesOfText(original.replaceAll("\n", lineEnd));
    const whole = meterIn(endpoint, strip, [bytes]);
    expect(whole.snapshot.terminal).toBe(true);
    const plain = strip ? meterIn(endpoint, strip, [bytesOfText(original)]).forwarded : original;
    expect(whole.forwarded).toBe(plain.replaceAll("\n", lineEnd));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length - 1 }), { maxLength: 40 }), (positions) => {
        expect(meterIn(endpoint, strip, cut(bytes, positions))).toEqual(whole);
      }),
      { numRuns: 150 },
    );
    expect(meterIn(endpoint, strip, cut(bytes, [...bytes.keys()]))).toEqual(whole);
  });

  it("never throws and never invents bytes when cut off anywhere", () => {
    const bytes = bytesOfText(original);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length }), (end) => {
        const { forwarded, snapshot } = meterIn(endpoint, strip, [bytes.slice(0, end)]);
        expect(forwarded.length).toBeLessThanOrEqual(end);
        if (!snapshot.terminal) expect(snapshot.estimatedUsage.passes).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe("any bytes at all", () => {
  it("pass unchanged through every dialect that hides nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 }), (chunks) => {
        for (const endpoint of ["openai.chat", "openai.responses", "anthropic.messages"] as const) {
          const meter = adapterOf(endpoint).createStreamMeter({ ...meterContext(endpoint), stripUsage: false });
          const forwarded = chunks.map((chunk) => meter.push(chunk));
          expect(joinBytes([...forwarded, meter.end()])).toEqual(joinBytes([...chunks, new Uint8Array(0)]));
        }
      }),
    );
  });
});
