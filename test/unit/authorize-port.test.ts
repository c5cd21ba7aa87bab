import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refuse, type AuthorizeCommand, type AuthorizeReply } from "../../src/contract/commands.ts";
import { createAuthorizePort } from "../../src/platform/authorize-port.ts";
import { authorizeCommandOf, refused } from "../support/commands.ts";

/** A reply that names its command. */
const replyTo = (reservationId: string): AuthorizeReply => refuse({ kind: "not_found", what: reservationId });
const UNAVAILABLE = refused("wallet_unavailable");
const TIMEOUT_MS = 5_000;

interface CallUnderWay {
  readonly organizationId: string;
  readonly ids: readonly string[];
  /** Answers as the object would; `change` makes other replies of them. */
  answer(change?: (replies: readonly AuthorizeReply[]) => readonly AuthorizeReply[]): void;
}

/** A port whose calls are answered by hand. */
function portByHand() {
  const calls: CallUnderWay[] = [];
  const port = createAuthorizePort({
    nowMs: Date.now,
    authorizeTimeoutMs: TIMEOUT_MS,
    organization(organizationId) {
      const call = async (commands: readonly AuthorizeCommand[]): Promise<readonly AuthorizeReply[]> =>
        new Promise((resolve) => {
          const ids = commands.map(({ reservationId }) => reservationId);
          const replies = ids.map(replyTo);
          calls.push({ organizationId, ids, answer: (change = (same) => same) => resolve(change(replies)) });
        });
      return {
        authorize: async (command) => call([command]).then(([reply]) => reply ?? UNAVAILABLE),
        authorizeMany: call,
      };
    },
  });
  const ask = async (ids: readonly string[], organizationId = "org_1") =>
    Promise.all(ids.map((id) => port.authorize(organizationId, authorizeCommandOf(id))));
  return { calls, ask };
}

/** What others left for a request is seen when it looks the next time. */
async function seen<T>(asked: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(16);
  return asked;
}

const idsOf = (calls: readonly CallUnderWay[]) => calls.map(({ ids }) => ids);

describe("createAuthorizePort", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("lets a lone request ask at once, each time", async () => {
    const { calls, ask } = portByHand();
    for (const id of ["a", "b"]) {
      const asked = ask([id]);
      expect(calls.at(-1)?.ids).toEqual([id]);
      calls.at(-1)?.answer();
      expect(await asked).toEqual([replyTo(id)]);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets those that meet ask together when the call under way returns, each with its own answer", async () => {
    const { calls, ask } = portByHand();
    const asked = ask(["a", "b", "c", "d"]);
    const elsewhere = ask(["z"], "org_2");
    expect(idsOf(calls)).toEqual([["a"], ["z"]]);
    calls[0]?.answer();
    await vi.advanceTimersByTimeAsync(1);
    expect(idsOf(calls)).toEqual([["a"], ["z"], ["b", "c", "d"]]);
    calls[2]?.answer();
    calls[1]?.answer();
    expect(await seen(asked)).toEqual(["a", "b", "c", "d"].map(replyTo));
    await elsewhere;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits no longer than two milliseconds for a call that takes its time", async () => {
    const { calls, ask } = portByHand();
    const asked = ask(["a", "b", "c"]);
    await vi.advanceTimersByTimeAsync(1);
    const joined = ask(["d"]);
    expect(idsOf(calls)).toEqual([["a"]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(idsOf(calls)).toEqual([["a"], ["b", "c", "d"]]);
    const next = ask(["e"]);
    await vi.advanceTimersByTimeAsync(2);
    expect(idsOf(calls).at(-1)).toEqual(["e"]);
    for (const call of calls) call.answer();
    expect(await seen(Promise.all([asked, joined, next]))).toEqual(
      [["a", "b", "c"], ["d"], ["e"]].map((ids) => ids.map(replyTo)),
    );
  });

  it("lets those that come right after a shared call gather, and the next lone one ask at once again", async () => {
    const { calls, ask } = portByHand();
    const shared = ask(["a", "b", "c"]);
    calls[0]?.answer();
    await vi.advanceTimersByTimeAsync(1);
    calls[1]?.answer();
    await vi.advanceTimersByTimeAsync(1);
    await shared;
    await vi.advanceTimersByTimeAsync(4);
    const soon = ask(["d"]);
    expect(idsOf(calls)).toEqual([["a"], ["b", "c"]]);
    await vi.advanceTimersByTimeAsync(2);
    expect(idsOf(calls).at(-1)).toEqual(["d"]);
    calls[2]?.answer();
    await soon;
    const lone = ask(["e"]);
    expect(idsOf(calls).at(-1)).toEqual(["e"]);
    calls[3]?.answer();
    await lone;
  });

  it("sends a full group at once and gathers the next", async () => {
    const { calls, ask } = portByHand();
    const ids = Array.from({ length: 120 }, (_, index) => `r${index}`);
    const asked = ask(ids);
    await vi.advanceTimersByTimeAsync(2);
    expect(calls.map((call) => call.ids.length)).toEqual([1, 50, 50, 19]);
    for (const call of calls) call.answer();
    expect(await seen(asked)).toEqual(ids.map(replyTo));
  });

  it("gives each the refusal of a call that failed, and a bad one's to itself alone", async () => {
    const { calls, ask } = portByHand();
    const asked = ask(["a", "b", "c", "d"]);
    calls[0]?.answer();
    await vi.advanceTimersByTimeAsync(1);
    const more = ask(["e"]);
    calls[1]?.answer(([b, , d]) => [b ?? UNAVAILABLE, UNAVAILABLE, d ?? UNAVAILABLE]);
    expect(await seen(asked)).toEqual([replyTo("a"), replyTo("b"), UNAVAILABLE, replyTo("d")]);
    await vi.advanceTimersByTimeAsync(2);
    const failed = ask(["f"]);
    calls[2]?.answer();
    await vi.advanceTimersByTimeAsync(1);
    calls[3]?.answer(() => [UNAVAILABLE]);
    expect(await seen(Promise.all([more, failed]))).toEqual([[replyTo("e")], [UNAVAILABLE]]);
  });

  it("takes a reply that is missing for an object that cannot be had", async () => {
    const { calls, ask } = portByHand();
    const asked = ask(["a", "b", "c"]);
    calls[0]?.answer();
    await vi.advanceTimersByTimeAsync(1);
    calls[1]?.answer(() => []);
    expect(await seen(asked)).toEqual([replyTo("a"), UNAVAILABLE, UNAVAILABLE]);
  });

  /** The request that asks for others is ended by the platform: its timers end with it, and its call gives nobody an answer. */
  async function endWhoLeads(ask: (ids: readonly string[]) => unknown): Promise<void> {
    vi.spyOn(globalThis, "setInterval").mockReturnValueOnce(setInterval(() => undefined, 60_000));
    void ask(["a", "b"]);
    await vi.advanceTimersByTimeAsync(0);
  }

  it("follows a call for as long as it is known to be on its way, within the time of one decision", async () => {
    const { calls, ask } = portByHand();
    const asked = ask(["a", "b", "c"]);
    const waits = Promise.all([asked, ask(["d"])]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(idsOf(calls)).toEqual([["a"], ["b", "c", "d"]]);
    for (const call of calls) call.answer();
    expect(await seen(waits)).toEqual([["a", "b", "c"].map(replyTo), [replyTo("d")]]);

    const { calls: slow, ask: askSlow } = portByHand();
    void askSlow(["a", "b"]);
    const late = askSlow(["c"]);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(await late).toEqual([UNAVAILABLE]);
    expect(idsOf(slow)).toEqual([["a"], ["b", "c"]]);
  });

  it("asks again when whoever asks for all is silent: one alone, the rest together, with the same commands", async () => {
    const { calls, ask } = portByHand();
    await endWhoLeads(ask);
    const followed = ask(["c", "d", "e", "f"]);
    await vi.advanceTimersByTimeAsync(2);
    expect(idsOf(calls)).toEqual([["a"], ["b", "c", "d", "e", "f"]]);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(idsOf(calls).slice(2)).toEqual([["c"], ["d", "e", "f"]]);
    calls[2]?.answer();
    calls[3]?.answer();
    expect(await seen(followed)).toEqual(["c", "d", "e", "f"].map(replyTo));
  });

  it("whoever had to ask again waits no longer than a lone request, all in all", async () => {
    const { calls, ask } = portByHand();
    await endWhoLeads(ask);
    const followed = ask(["c", "d", "e"]);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 100);
    expect(idsOf(calls).slice(2)).toEqual([["c"], ["d", "e"]]);
    let isOver = false;
    void followed.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(50);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(50);
    expect(await followed).toEqual([UNAVAILABLE, UNAVAILABLE, UNAVAILABLE]);
  });

  it("does not wait behind a call that never ends, nor join who never leaves", async () => {
    const { calls, ask } = portByHand();
    void ask(["lost"]);
    await vi.advanceTimersByTimeAsync(1_001);
    void ask(["b"]);
    expect(idsOf(calls)).toEqual([["lost"], ["b"]]);
    // Its request is ended before it could ask: its timer never fires.
    vi.spyOn(globalThis, "setTimeout").mockReturnValueOnce(setTimeout(() => undefined, 0));
    void ask(["ended"]);
    await vi.advanceTimersByTimeAsync(101);
    const late = ask(["c"]);
    await vi.advanceTimersByTimeAsync(2);
    expect(idsOf(calls).at(-1)).toEqual(["c"]);
    calls.at(-1)?.answer();
    expect(await late).toEqual([replyTo("c")]);
  });
});
