import { expect, test } from "vitest";
import { findRedirectUriProblem } from "../../src/core/redirect-uri.ts";

test.each([
  "https://app.example/callback",
  "https://app.example/callback?tenant=1",
  "http://127.0.0.1:8080/callback",
  "http://[::1]/callback",
  "http://localhost:3000/",
  "com.example.app:/callback",
  "https://b%C3%BCcher.example/",
  "https://[2001:db8::1]:8443/callback",
  "HTTPS://App.example/callback",
])("%s may be registered", (uri) => {
  expect(findRedirectUriProblem(uri)).toBe(null);
});

test.each([
  "",
  "/callback",
  "app.example/callback",
  "http://app.example/callback",
  "http://127.0.0.1.app.example/",
  "https://app.example/#",
  "https://user:pass@app.example/",
  "javascript:alert(1)",
  "data:text/html,x",
  "app:/callback",
  " https://app.example/",
  "https://app.example/a b",
  "https:callback",
  "https:/app.example/",
  "https:\\\\app.example/",
  "https://app.example\\@evil.example/",
  "http:127.0.0.1/",
  "https://*/",
  "https://*.example/",
  "https://app.example;sandbox/",
  "https://app.example,b/",
  "https://app.example/?code=1",
  "https://app.example/?iss=https://evil.example",
  "com.example.app:/callback?state=1",
  `https://app.example/${"x".repeat(2_048)}`,
])("%s may not", (uri) => {
  expect(findRedirectUriProblem(uri)).toEqual(expect.any(String));
});
