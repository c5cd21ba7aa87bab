import { describe, expect, it } from "vitest";
import { captureAnswer, captureBody, NO_CAPTURE, type CapturedAnswer } from "../../src/proxy/answer-capture.ts";

const HEAD = { status: 200, contentType: "text/event-stream" };
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

function listen(limitBytes: number) {
  const captured: CapturedAnswer[] = [];
  return { captured, capture: captureAnswer(limitBytes, [(answer) => captured.push(answer)]) };
}

describe("captureAnswer", () => {
  it("keeps every byte of a short answer, in whatever chunks it comes", () => {
    const sent = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7) % 256);
    for (const size of [1, 3, 4_096, 9_999, 10_000]) {
      const { captured, capture } = listen(10_000);
      capture.begin(HEAD);
      for (let at = 0; at < sent.length; at += size) capture.push(sent.subarray(at, at + size));
      capture.end(true);
      expect(captured).toEqual([{ ...HEAD, bytes: sent, totalBytes: 10_000, truncated: false, whole: true }]);
    }
  });

  it("keeps the first bytes of a long one, counts the rest and says so", () => {
    const { captured, capture } = listen(5);
    capture.begin(HEAD);
    for (const chunk of [bytes(1, 2, 3), bytes(4, 5, 6), bytes(7)]) capture.push(chunk);
    capture.end(true);
    expect(captured[0]).toMatchObject({ bytes: bytes(1, 2, 3, 4, 5), totalBytes: 7, truncated: true });
  });

  it("never holds more than the limit, however much passes", () => {
    const { captured, capture } = listen(6_000);
    capture.begin(HEAD);
    for (let chunk = 0; chunk < 1_000; chunk += 1) capture.push(new Uint8Array(1_000));
    capture.end(true);
    expect(captured[0]?.bytes.buffer.byteLength).toBe(6_000);
    expect(captured[0]?.totalBytes).toBe(1_000_000);
  });

  it("copies: whose buffer it was may write in it again", () => {
    const { captured, capture } = listen(5);
    const chunk = bytes(1, 2, 3);
    capture.begin(HEAD);
    capture.push(chunk);
    chunk.fill(0);
    capture.end(true);
    expect(captured[0]?.bytes).toEqual(bytes(1, 2, 3));
  });

  it("tells every listener once; what comes after the end is not of this answer", () => {
    const told: string[] = [];
    const capture = captureAnswer(5, [() => told.push("a"), () => told.push("b")]);
    captureBody(capture, HEAD, bytes(1), true);
    captureBody(capture, HEAD, bytes(2), false);
    expect(told).toEqual(["a", "b"]);
  });

  it("begins anew when another answer takes the place of the one that began", () => {
    const { captured, capture } = listen(5);
    capture.begin(HEAD);
    capture.push(bytes(1, 2, 3));
    captureBody(capture, { status: 500, contentType: "application/json" }, bytes(9), false);
    expect(captured).toEqual([
      { status: 500, contentType: "application/json", bytes: bytes(9), totalBytes: 1, truncated: false, whole: false },
    ]);
  });

  it("has nothing to tell of an answer that never began", () => {
    const { captured, capture } = listen(5);
    capture.end(false);
    expect(captured).toEqual([]);
  });

  it("copies nothing when nobody listens", () => {
    expect(captureAnswer(5, [])).toBe(NO_CAPTURE);
  });
});
