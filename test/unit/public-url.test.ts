import { describe, expect, it } from "vitest";
import { findUrlProblem } from "../../src/core/public-url.ts";

const PUBLIC = [
  "https://example.com/hook?a=b#c",
  "https://hooks.example.co.uk:8443/",
  "https://8.8.8.8/x",
  "https://172.32.0.1/",
  "https://100.128.0.1/",
  "https://[2606:4700:4700::1111]/",
  "https://localhost.example.com/",
];

const REFUSED = [
  "http://example.com/hook",
  "ftp://example.com/",
  "javascript:alert(1)",
  "example.com/hook",
  "",
  "https://",
  "https://user@example.com/",
  "https://user:secret@example.com/",
  "https://localhost/",
  "https://LOCALHOST:3000/",
  "https://localhost./",
  "https://localhost../",
  "https://metadata.google.internal../",
  "https://api.localhost/",
  "https://printer.local/",
  "https://metadata.google.internal/",
  "https://intranet/",
  "https://127.0.0.1/",
  "https://127.1/",
  "https://0x7f000001/",
  "https://2130706433/",
  "https://017700000001/",
  "https://127.0.0.1./",
  "https://0.0.0.0/",
  "https://10.1.2.3/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.0.1/",
  "https://169.254.169.254/latest/meta-data",
  "https://100.64.0.1/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:a00:1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[fc00::1]/",
  "https://[fd12:3456::1]/",
  "https://[fe80::1]/",
  "https://[ff02::1]/",
  "https://[2002:7f00:1::]/",
  "https://[2001:db8::1]/",
  `https://example.com/${"x".repeat(2_048)}`,
];

describe("findUrlProblem", () => {
  it.each(PUBLIC)("lets %s through", (url) => {
    expect(findUrlProblem(url, false)).toBeNull();
  });

  it.each(REFUSED)("refuses %s", (url) => {
    expect(findUrlProblem(url, false)).not.toBeNull();
  });

  it("takes any http address where that is allowed, but no credentials and no other protocol", () => {
    expect(findUrlProblem("http://127.0.0.1:3000/hook", true)).toBeNull();
    expect(findUrlProblem("http://a:b@127.0.0.1:3000/hook", true)).not.toBeNull();
    expect(findUrlProblem("file:///etc/passwd", true)).not.toBeNull();
    expect(findUrlProblem(`http://x/${"x".repeat(2_048)}`, true)).not.toBeNull();
  });
});
