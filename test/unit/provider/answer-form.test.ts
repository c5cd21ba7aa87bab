import { describe, expect, it } from "vitest";
import { answerForm, needsFirstByte } from "../../../src/provider/answer-form.ts";
import { bytesOfText } from "./support.ts";

describe("answerForm", () => {
  it.each<[string, string | null, string, boolean, "stream" | "json"]>([
    ["a stream as it should be", "text/event-stream", "data: {}\n\n", true, "stream"],
    ["a media type in other case, with a parameter", " Text/Event-Stream ; charset=utf-8", "data: {}", false, "stream"],
    ["a stream without a content type", null, "event: message_start\n", true, "stream"],
    ["a stream that calls itself JSON", "application/json", ": ping\n\ndata: {}", true, "stream"],
    ["a stream that nobody asked for", "text/event-stream", "data: {}\n\n", false, "stream"],
    ["a stream that begins with blank lines", "text/plain", "\r\n\n data: {}", true, "stream"],
    ["nothing at all", "text/event-stream", "", true, "stream"],
    ["a page", "text/html", "<html>", true, "stream"],
    ["JSON that calls itself a stream", "text/event-stream", '{"id":"c1"}', true, "json"],
    ["JSON that nobody asked to stream, and calls itself one", "text/event-stream", '{"id":"c1"}', false, "json"],
    ["JSON in answer to a request for a stream", "application/json; charset=utf-8", '\n\t {"id":"c1"}', true, "json"],
    ["JSON behind a byte order mark", null, '\uFEFF{"id":"c1"}', true, "json"],
    ["JSON as it should be", "application/json", "{}", false, "json"],
    ["a whole answer without a content type", null, "data: {}", false, "json"],
    ["a media type that only begins alike", "text/event-stream-like", "data: {}", false, "json"],
  ])("%s", (_name, contentType, body, streamed, form) => {
    expect(answerForm(contentType, bytesOfText(body), streamed)).toBe(form);
  });
});

describe("needsFirstByte", () => {
  it.each<[string | null, string, boolean, boolean]>([
    ["text/event-stream", "", true, true],
    [null, " \n\n", true, true],
    ["text/event-stream", "\uFEFF", false, true],
    ["application/json", "", false, false],
    ["text/event-stream", "\n:", true, false],
    [null, " {", true, false],
  ])("%j, %j, streamed %s: %s", (contentType, body, streamed, needed) => {
    expect(needsFirstByte(contentType, bytesOfText(body), streamed)).toBe(needed);
  });
});
