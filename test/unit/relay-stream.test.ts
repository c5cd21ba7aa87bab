import { describe, expect, it } from "vitest";
import { relayStream, type RelayEnd, type RelayMeter, type RelayOptions } from "../../src/proxy/relay-stream.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const NOTHING = new Uint8Array();

/** Calls itself finished once `[DONE]` has passed. */
function doneMeter(): RelayMeter {
  let seen = "";
  return {
    push(chunk) {
      seen += new TextDecoder().decode(chunk);
      return chunk;
    },
    end: () => NOTHING,
    isFinished: () => seen.includes("[DONE]"),
    openBytes: () => seen.length - (seen.lastIndexOf("|") + 1),
    stopEvents: () => bytes("stopped|"),
    errorEvent: (failure) => bytes(`error:${failure.kind}`),
  };
}

interface Scene {
  readonly push: (text: string) => void;
  readonly close: () => void;
  readonly breakOff: () => void;
  readonly wasCancelled: () => boolean;
  readonly caller: AbortController;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly ended: Promise<RelayEnd>;
  readonly finished: () => number;
}

function stage(overrides: Partial<RelayOptions> = {}): Scene {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let cancelled = false;
  let finished = 0;
  const upstream = new ReadableStream<Uint8Array>({
    start(c) {
      controller = c;
    },
    cancel() {
      cancelled = true;
    },
  });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const caller = new AbortController();
  const ended = relayStream({
    upstream,
    downstream: writable,
    meter: doneMeter(),
    hold: { check: () => null },
    caller: caller.signal,
    drainMs: 0,
    silenceMs: 60_000,
    onFinished: () => {
      finished += 1;
    },
    epilogue: () => null,
    onPassing: () => undefined,
    nowMs: Date.now,
    ...overrides,
  });
  return {
    push: (text) => controller?.enqueue(bytes(text)),
    close: () => controller?.close(),
    breakOff: () => controller?.error(new Error("connection lost")),
    wasCancelled: () => cancelled,
    caller,
    reader: readable.getReader(),
    ended,
    finished: () => finished,
  };
}

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
  const { done, value } = await reader.read();
  return done ? null : new TextDecoder().decode(value);
}

describe("relayStream", () => {
  it("passes every chunk as it comes, then closes", async () => {
    const scene = stage();
    scene.push("a");
    expect(await readText(scene.reader)).toBe("a");
    scene.push("[DONE]");
    expect(await readText(scene.reader)).toBe("[DONE]");
    scene.close();
    expect(await readText(scene.reader)).toBeNull();
    expect(await scene.ended).toMatchObject({ outcome: "completed" });
  });

  it("announces the end of metering once, before the caller reads the terminal event", async () => {
    const scene = stage();
    scene.push("a");
    await readText(scene.reader);
    expect(scene.finished()).toBe(0);
    scene.push("[DONE]");
    await expect.poll(scene.finished).toBe(1);
    expect(await readText(scene.reader)).toBe("[DONE]");
    scene.close();
    await scene.ended;
    expect(scene.finished()).toBe(1);
  });

  it("adds the epilogue only to a complete stream", async () => {
    const scene = stage({ epilogue: () => bytes(": cost") });
    scene.push("[DONE]");
    scene.close();
    expect(await readText(scene.reader)).toBe("[DONE]");
    expect(await readText(scene.reader)).toBe(": cost");
    expect(await readText(scene.reader)).toBeNull();
  });

  it.each([
    ["ends early", (scene: Scene) => scene.close()],
    ["breaks off", (scene: Scene) => scene.breakOff()],
  ])("says so in the dialect when the upstream %s", async (_, finish) => {
    const scene = stage({ epilogue: () => bytes(": cost") });
    scene.push("a");
    expect(await readText(scene.reader)).toBe("a");
    finish(scene);
    expect(await readText(scene.reader)).toBe("error:upstream_incomplete");
    expect(await readText(scene.reader)).toBeNull();
    expect(await scene.ended).toMatchObject({ outcome: "upstream_incomplete" });
  });

  it("shows exactly the bytes that go to the caller: of the upstream, of ours, and none that it is too late for", async () => {
    let shown = "";
    const onPassing = (passing: Uint8Array): void => {
      shown += new TextDecoder().decode(passing);
    };
    const complete = stage({ onPassing, epilogue: () => bytes(": cost") });
    for (const text of ["a", "[DONE]"]) complete.push(text);
    complete.close();
    for (const text of ["a", "[DONE]", ": cost", null]) expect(await readText(complete.reader)).toBe(text);
    expect(shown).toBe("a[DONE]: cost");

    shown = "";
    const broken = stage({ onPassing });
    broken.push("a");
    broken.breakOff();
    expect([await readText(broken.reader), await readText(broken.reader)]).toEqual(["a", "error:upstream_incomplete"]);
    expect(shown).toBe("aerror:upstream_incomplete");

    shown = "";
    const left = stage({ onPassing, drainMs: 60_000 });
    left.push("a");
    await readText(left.reader);
    left.caller.abort();
    left.push("[DONE]");
    left.close();
    await left.ended;
    expect(shown).toBe("a");
  });

  it("cancels the upstream at once when the caller leaves, also while nothing arrives", async () => {
    const scene = stage();
    scene.push("a");
    await readText(scene.reader);
    scene.caller.abort();
    expect(await scene.ended).toMatchObject({ outcome: "client_disconnected" });
    expect(scene.wasCancelled()).toBe(true);
  });

  it("notices a caller that shows only as a cancelled response", async () => {
    const scene = stage();
    scene.push("a");
    await readText(scene.reader);
    await scene.reader.cancel();
    expect(await scene.ended).toMatchObject({ outcome: "client_disconnected" });
    expect(scene.wasCancelled()).toBe(true);
  });

  it.each([true, false])("knows whether the caller took a byte (%s)", async (took) => {
    const scene = stage();
    if (took) {
      scene.push("a");
      await readText(scene.reader);
    }
    await scene.reader.cancel();
    expect(await scene.ended).toEqual({ outcome: "client_disconnected", delivered: took });
  });

  it("reads on to the end while it drains", async () => {
    const scene = stage({ drainMs: 60_000 });
    scene.push("a");
    await readText(scene.reader);
    scene.caller.abort();
    scene.push("[DONE]");
    scene.close();
    expect(await scene.ended).toMatchObject({ outcome: "client_disconnected" });
    expect(scene.finished()).toBe(1);
    expect(scene.wasCancelled()).toBe(false);
  });

  it("gives a drain up when its time is over", async () => {
    const scene = stage({ drainMs: 5 });
    scene.push("a");
    await readText(scene.reader);
    scene.caller.abort();
    expect(await scene.ended).toMatchObject({ outcome: "client_disconnected" });
    expect(scene.wasCancelled()).toBe(true);
  });

  it("is a completed stream when the caller closes after the terminal event", async () => {
    const scene = stage();
    scene.push("[DONE]");
    await readText(scene.reader);
    scene.caller.abort();
    expect(await scene.ended).toMatchObject({ outcome: "completed" });
  });

  it("ends a silent upstream with a timeout in the dialect", async () => {
    const scene = stage({ silenceMs: 5 });
    scene.push("a");
    await readText(scene.reader);
    expect(await readText(scene.reader)).toBe("error:upstream_timeout");
    expect(await scene.ended).toMatchObject({ outcome: "upstream_timeout" });
    expect(scene.wasCancelled()).toBe(true);
  });

  it("breaks the stream, and says so, when the meter fails", async () => {
    const meter = {
      ...doneMeter(),
      push: (): Uint8Array => {
        throw new Error("a fault of ours");
      },
    };
    const scene = stage({ meter });
    const failed = expect(scene.ended).rejects.toThrow("a fault of ours");
    scene.push("a");
    await expect(scene.reader.read()).rejects.toThrow();
    await failed;
    expect(scene.wasCancelled()).toBe(true);
  });

  it("does not blame the upstream for a caller that reads slowly", async () => {
    const scene = stage({ silenceMs: 20 });
    scene.push("a");
    scene.push("b");
    scene.push("[DONE]");
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const text of ["a", "b", "[DONE]"]) expect(await readText(scene.reader)).toBe(text);
    scene.close();
    expect(await scene.ended).toMatchObject({ outcome: "completed" });
  });

  it("does not wait for an upstream that lingers after its terminal event", async () => {
    const scene = stage();
    scene.push("[DONE]");
    expect(await readText(scene.reader)).toBe("[DONE]");
    expect(await readText(scene.reader)).toBeNull();
    expect(await scene.ended).toMatchObject({ outcome: "completed" });
    expect(scene.wasCancelled()).toBe(true);
  });

  describe("when the money that is held is used up", () => {
    /** Says so from the given check on. */
    const usedUpAt = (first: number) => {
      let checks = 0;
      return {
        check: () => {
          checks += 1;
          return checks >= first ? Promise.resolve(true) : null;
        },
      };
    };

    it("ends in the dialect's own way behind the event that passes, and cancels the upstream", async () => {
      const scene = stage({ hold: usedUpAt(2), epilogue: () => bytes(": cost") });
      scene.push("a|");
      expect(await readText(scene.reader)).toBe("a|");
      expect(scene.finished()).toBe(0);
      scene.push("b|");
      expect(await readText(scene.reader)).toBe("b|");
      expect(scene.finished()).toBe(1);
      expect(await readText(scene.reader)).toBe("stopped|");
      expect(await readText(scene.reader)).toBe(": cost");
      expect(await readText(scene.reader)).toBeNull();
      expect(await scene.ended).toEqual({ outcome: "hold_exhausted", delivered: true });
      expect(scene.wasCancelled()).toBe(true);
    });

    it("never ends inside an event: one that began in this chunk is left out", async () => {
      const scene = stage({ hold: usedUpAt(1) });
      scene.push("a|b|c");
      expect(await readText(scene.reader)).toBe("a|b|");
      expect(await readText(scene.reader)).toBe("stopped|");
      expect(await readText(scene.reader)).toBeNull();
    });

    it("never ends inside an event: one that began earlier is passed on to its end", async () => {
      const scene = stage({ hold: usedUpAt(2) });
      for (const text of ["a|b", "b", "b|c"]) scene.push(text);
      for (const text of ["a|b", "b", "b|", "stopped|"]) expect(await readText(scene.reader)).toBe(text);
      expect(await scene.ended).toMatchObject({ outcome: "hold_exhausted" });
      expect(scene.finished()).toBe(1);
    });

    it("waits for the word that decides, and goes on when there is money", async () => {
      const asked: ((stop: boolean) => void)[] = [];
      const hold = {
        check: () =>
          new Promise<boolean>((resolve) => {
            asked.push(resolve);
          }),
      };
      const scene = stage({ hold });
      scene.push("a|");
      await expect.poll(() => asked.length).toBe(1);
      const read = readText(scene.reader);
      expect(await Promise.race([read, new Promise((resolve) => setTimeout(() => resolve("nothing yet"), 10))])).toBe(
        "nothing yet",
      );
      asked[0]?.(false);
      expect(await read).toBe("a|");
      scene.caller.abort();
      expect(await scene.ended).toMatchObject({ outcome: "client_disconnected" });
    });

    it("lets a stream be whose terminal event has come", async () => {
      const scene = stage({ hold: usedUpAt(1) });
      scene.push("[DONE]|");
      expect(await readText(scene.reader)).toBe("[DONE]|");
      scene.close();
      expect(await scene.ended).toMatchObject({ outcome: "completed" });
    });

    it("ends a drain as well", async () => {
      const scene = stage({ drainMs: 60_000, hold: usedUpAt(2) });
      scene.push("a|");
      await readText(scene.reader);
      scene.caller.abort();
      scene.push("b|");
      expect(await scene.ended).toMatchObject({ outcome: "client_disconnected" });
      expect(scene.wasCancelled()).toBe(true);
    });
  });

  it("reads no further than the caller does", async () => {
    let pulled = 0;
    const upstream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(bytes("x"));
      },
    });
    const scene = stage({ upstream });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pulled).toBeLessThan(5);
    await readText(scene.reader);
    scene.caller.abort();
    await scene.ended;
  });
});
