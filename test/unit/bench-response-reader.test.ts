import { describe, expect, it } from "vitest";
import { ResponseReader } from "../../scripts/bench/response-reader.ts";

interface Read {
  readonly status: number;
  readonly body: string;
}

/** Feeds a text in pieces of `size` bytes. */
function readAll(text: string, size: number): readonly Read[] {
  const answers: Read[] = [];
  let body = "";
  const reader = new ResponseReader({
    body: (bytes) => (body += bytes.toString("utf8")),
    end: ({ status }) => {
      answers.push({ status, body });
      body = "";
    },
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return answers;
}

const WHOLE = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED =
  "HTTP/1.1 402 Payment Required\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;x=1\r\n, world\r\n0\r\n\r\n";
const EMPTY = "HTTP/1.1 204 No Content\r\n\r\n";

describe("the load generator's response reader", () => {
  it.each([1, 2, 3, 7, 1_000])("reads one response after the other, in pieces of %i bytes", (size) => {
    expect(readAll(WHOLE + CHUNKED + EMPTY + WHOLE, size)).toEqual([
      { status: 200, body: "hello" },
      { status: 402, body: "hello, world" },
      { status: 204, body: "" },
      { status: 200, body: "hello" },
    ]);
  });

  it("does not end a body that is cut", () => {
    expect(readAll(WHOLE.slice(0, -1), 10)).toEqual([]);
    expect(readAll(CHUNKED.slice(0, -2), 10)).toEqual([]);
  });

  it("refuses what is no response", () => {
    expect(() => readAll("SSH-2.0-x\r\n\r\n", 100)).toThrow("no status line");
    expect(() => readAll("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 100)).toThrow("no chunk size");
  });
});
