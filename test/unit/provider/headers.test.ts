import { describe, expect, it } from "vitest";
import { downstreamHeaders, upstreamHeaders } from "../../../src/provider/headers.ts";

const inbound = new Headers({
  accept: "text/event-stream",
  "content-type": "application/json; charset=utf-8",
  "user-agent": "OpenAI/JS 7.55.0",
  authorization: "Bearer kt_gk_caller",
  "x-api-key": "kt_gk_caller",
  cookie: "session=1",
  "openai-organization": "org-caller",
  "openai-project": "proj-caller",
  "openai-beta": "responses=v1",
  "anthropic-beta": "context-1m",
  "cf-connecting-ip": "192.0.2.1",
  "x-forwarded-for": "192.0.2.1",
  "x-user-id": "user_1",
  "x-cost-ticket": "tkt_1",
  "x-keeptrusts-zdr": "strict",
  "x-stainless-retry-count": "1",
  "idempotency-key": "k",
});

describe("upstreamHeaders", () => {
  it("sends OpenAI our key and the allowed headers, and nothing else", () => {
    expect(upstreamHeaders("openai.responses", inbound, "sk-ours")).toEqual({
      accept: "text/event-stream",
      "accept-encoding": "identity",
      authorization: "Bearer sk-ours",
      "content-type": "application/json",
      "openai-beta": "responses=v1",
      "user-agent": "OpenAI/JS 7.55.0",
    });
  });

  it("sends Anthropic our key, the beta list, and a version when there is none", () => {
    expect(upstreamHeaders("anthropic.messages", inbound, "sk-ant-ours")).toEqual({
      accept: "text/event-stream",
      "accept-encoding": "identity",
      "anthropic-beta": "context-1m",
      "anthropic-version": "2023-06-01",
      "content-type": "application/json",
      "user-agent": "OpenAI/JS 7.55.0",
      "x-api-key": "sk-ant-ours",
    });
    const versioned = upstreamHeaders("anthropic.messages", new Headers({ "anthropic-version": "2099-01-01" }), "k");
    expect(versioned["anthropic-version"]).toBe("2099-01-01");
  });
});

describe("downstreamHeaders", () => {
  it("hides our account, our limits, the transport, and what nobody has heard of", () => {
    const upstream = new Headers({
      "content-type": "text/event-stream",
      "content-encoding": "gzip",
      "content-length": "10",
      "transfer-encoding": "chunked",
      connection: "close, x-hop",
      "x-hop": "1",
      "set-cookie": "__cf_bm=1",
      "x-ratelimit-remaining-tokens": "100",
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-fast-input-tokens-limit": "1",
      "openai-organization": "org-ours",
      "anthropic-organization-id": "ours",
      "anthropic-workspace-id": "ours",
      "cf-ray": "1",
      "x-keeptrusts-cost": "0",
      "openai-processing-ms": "120",
      "openai-version": "2020-10-01",
      "retry-after": "3",
      "x-should-retry": "true",
      "x-request-id": "req_upstream",
      "x-unheard-of": "1",
      "x-api-key": "sk-ours",
      "x-openai-proxy-wasm": "v0.1",
      location: "https://elsewhere.example/",
      "cache-control": "max-age=3600",
      "access-control-allow-origin": "*",
    });
    expect(downstreamHeaders(upstream)).toEqual({
      "content-type": "text/event-stream",
      "openai-processing-ms": "120",
      "openai-version": "2020-10-01",
      "retry-after": "3",
      "x-should-retry": "true",
      "x-upstream-request-id": "req_upstream",
    });
  });

  it("hides what is for the next hop alone", () => {
    const upstream = new Headers({ connection: "Retry-After, close", "retry-after": "3", "x-should-retry": "true" });
    expect(downstreamHeaders(upstream)).toEqual({ "x-should-retry": "true" });
  });

  it("keeps Anthropic's request id too", () => {
    expect(downstreamHeaders(new Headers({ "request-id": "req_011" }))).toEqual({
      "x-upstream-request-id": "req_011",
    });
  });
});
