/**
 * Carries an upstream's event stream to the caller, metering the bytes as they pass: unbuffered, one chunk in flight, so a
 * slow reader slows the provider down and memory stays flat.
 */
import type { Failure } from "../core/failure.ts";
import type { HoldWatch } from "./watch-hold.ts";

/** What the relay asks of a meter; `src/provider` has one per endpoint. */
export interface RelayMeter {
  /** The bytes to forward for a chunk; may hold back an incomplete event, never more. */
  push(chunk: Uint8Array): Uint8Array;
  /** Bytes still held back when the upstream has ended. */
  end(): Uint8Array;
  /** True once the dialect's terminal event, or an error event of the provider's own, was pushed. */
  isFinished(): boolean;
  /** How many of the bytes that `push` returned last belong to an event that is not complete; infinity: it began earlier. */
  openBytes(): number;
  /** The events that end the answer early, as the dialect ends it at an output cap. */
  stopEvents(): Uint8Array;
  errorEvent(failure: Failure): Uint8Array;
}

/** `hold_exhausted`: ended by us in the dialect's own way, because no money was left for more. */
export type RelayOutcome =
  | "completed"
  | "hold_exhausted"
  | "client_disconnected"
  | "upstream_incomplete"
  | "upstream_timeout";

export interface RelayEnd {
  readonly outcome: RelayOutcome;
  /** False: not one byte was taken by the caller. */
  readonly delivered: boolean;
}

export interface RelayOptions {
  readonly upstream: ReadableStream<Uint8Array>;
  readonly downstream: WritableStream<Uint8Array>;
  readonly meter: RelayMeter;
  /** Whether the money that is held lets the stream go on. */
  readonly hold: HoldWatch;
  /** The caller's connection; aborted when it is gone. */
  readonly caller: AbortSignal;
  /** After the caller has left: 0 cancels the upstream at once, else it is read on for this long. */
  readonly drainMs: number;
  /** The longest silence of the upstream; time that a slow caller takes does not count. */
  readonly silenceMs: number;
  /** Called once, as soon as nothing more is to be metered: before the caller gets the terminal event. */
  readonly onFinished: (outcome: RelayOutcome) => void;
  /** The last bytes after a complete stream, such as a comment with the cost. */
  readonly epilogue: () => Uint8Array | null;
  /** Shown all bytes that go to the caller, before they do. */
  readonly onPassing: (bytes: Uint8Array) => void;
  readonly nowMs: () => number;
}

interface RelayState {
  callerGone: boolean;
  silent: boolean;
  delivered: boolean;
  finished: boolean;
  /** No money is left: the stream ends where the event that is under way does. */
  exhausted: boolean;
  /** It was ended there. */
  stopped: boolean;
  /** The caller was still there when the terminal event came. */
  whole: boolean;
  /** Null while a chunk is on its way to the caller. */
  waitingSinceMs: number | null;
}

/** How long an upstream may keep its connection open after its terminal event. */
const LINGER_MS = 2_000;

/**
 * Relays until the upstream ends, falls silent, or the caller has left. A stream that ends without its terminal event never
 * looks complete: the dialect's own error event follows it. Rejects only when the meter throws.
 */
export async function relayStream(options: RelayOptions): Promise<RelayEnd> {
  const { meter } = options;
  const reader = options.upstream.getReader();
  const writer = options.downstream.getWriter();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const state: RelayState = {
    callerGone: false,
    silent: false,
    delivered: false,
    finished: false,
    exhausted: false,
    stopped: false,
    whole: false,
    waitingSinceMs: options.nowMs(),
  };

  const cancelUpstream = (): void => {
    reader.cancel().catch(ignoreEndedStream);
  };
  const leave = (): void => {
    if (state.callerGone) return;
    state.callerGone = true;
    if (options.drainMs === 0) cancelUpstream();
    else timers.add(setTimeout(cancelUpstream, options.drainMs));
  };
  // A caller that leaves shows as an aborted request, as a closed writer, or as a failed write: whichever comes first.
  options.caller.addEventListener("abort", leave);
  writer.closed.catch(leave);
  if (options.caller.aborted) leave();

  const silenceWatch = setInterval(
    () => {
      if (state.waitingSinceMs === null || options.nowMs() - state.waitingSinceMs < options.silenceMs) return;
      state.silent = true;
      cancelUpstream();
    },
    Math.ceil(options.silenceMs / 2),
  );

  const write = async (bytes: Uint8Array): Promise<void> => {
    if (state.callerGone || bytes.byteLength === 0) return;
    state.waitingSinceMs = null;
    options.onPassing(bytes);
    try {
      await writer.write(bytes);
      state.delivered = true;
    } catch {
      leave();
    }
    state.waitingSinceMs = options.nowMs();
  };

  const noticeFinish = (): void => {
    if (state.finished || !meter.isFinished()) return;
    state.finished = true;
    state.whole = !state.callerGone;
    timers.add(setTimeout(cancelUpstream, LINGER_MS));
    options.onFinished(outcomeOf(state));
  };

  /** Ends the stream behind the last complete event, whose bytes are `last`. */
  const stop = async (last: Uint8Array): Promise<void> => {
    state.finished = true;
    state.stopped = true;
    state.whole = !state.callerGone;
    cancelUpstream();
    const events = meter.stopEvents();
    options.onFinished(outcomeOf(state));
    await write(last);
    await write(events);
  };

  try {
    for (;;) {
      const chunk = await readNext(reader);
      if (chunk === null) break;
      const forwarded = meter.push(chunk);
      noticeFinish();
      const verdict = state.finished || state.exhausted ? null : options.hold.check();
      if (verdict !== null) state.exhausted = await verdict;
      const last = state.exhausted && !state.finished ? cutOpenEvent(forwarded, meter.openBytes()) : null;
      if (last !== null) {
        await stop(last);
        break;
      }
      await write(forwarded);
    }
    const rest = state.stopped ? NOTHING : meter.end();
    noticeFinish();
    await write(rest);
  } catch (error) {
    // Only the meter can throw here: that is a fault of ours, and must not look like a complete stream either.
    cancelUpstream();
    await writer.abort(error).catch(ignoreEndedStream);
    throw error;
  } finally {
    clearInterval(silenceWatch);
    for (const timer of timers) clearTimeout(timer);
    options.caller.removeEventListener("abort", leave);
  }

  const outcome = outcomeOf(state);
  if (outcome === "upstream_incomplete" || outcome === "upstream_timeout") {
    await write(meter.errorEvent({ kind: outcome }));
  }
  if (outcome === "completed" || outcome === "hold_exhausted") await write(options.epilogue() ?? NOTHING);
  if (!state.callerGone) await writer.close().catch(ignoreEndedStream);
  return { outcome, delivered: state.delivered };
}

const NOTHING = new Uint8Array();

/** The bytes without those of an event that is not complete; null when that one began before them, and has to be passed on. */
function cutOpenEvent(forwarded: Uint8Array, openBytes: number): Uint8Array | null {
  if (openBytes === 0) return forwarded;
  return openBytes < forwarded.length ? forwarded.subarray(0, forwarded.length - openBytes) : null;
}

/** Null when the stream is over. A connection that broke is over too: the missing terminal event says the rest. */
async function readNext(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | null> {
  try {
    const { done, value } = await reader.read();
    return done ? null : value;
  } catch {
    return null;
  }
}

/** A caller that closes after the terminal event got everything: that is a completed stream. */
function outcomeOf(state: RelayState): RelayOutcome {
  if (state.whole) return state.stopped ? "hold_exhausted" : "completed";
  if (state.callerGone) return "client_disconnected";
  return state.silent ? "upstream_timeout" : "upstream_incomplete";
}

/** Cancelling or closing a stream whose other end is already gone is no news. */
function ignoreEndedStream(): void {}
