import { expect, it } from "vitest";
import { peekBody } from "../../src/proxy/peek-body.ts";

function bodyOf(...texts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

const shorterThan = (length: number) => (bytes: Uint8Array) => bytes.byteLength < length;

it.each([
  [["ab", "cd", "ef"], 3, "abcd"],
  [["ab"], 9, "ab"],
  [[], 1, ""],
  [["ab", "cd"], 0, ""],
])("shows the beginning of %j and gives all of it back", async (chunks, length, first) => {
  const peeked = await peekBody(bodyOf(...chunks), shorterThan(length));
  expect(new TextDecoder().decode(peeked.firstBytes)).toBe(first);
  expect(await new Response(peeked.body).text()).toBe(chunks.join(""));
});

it("cancels the body that it read from", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array([1])),
    cancel: () => {
      cancelled = true;
    },
  });
  const peeked = await peekBody(body, shorterThan(1));
  await peeked.body.cancel();
  expect(cancelled).toBe(true);
});
