import { describe, expect, it, test } from "vitest";
import type { SecretRef } from "../../src/core/gateway-config.ts";
import {
  checkTargetAddress,
  checkTargets,
  decideCredential,
  type UpstreamTrust,
} from "../../src/core/target-address.ts";

const DEPLOYED: UpstreamTrust = {
  upstreamUrls: { openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com/v1" },
  trustedHosts: ["llm.acme.example", "llm.acme.example:8443"],
  allowInsecure: false,
};
const LOCAL: UpstreamTrust = { ...DEPLOYED, allowInsecure: true };

const OPENAI_KEY: SecretRef = { kind: "env", name: "OPENAI_API_KEY" };
const OWN_SECRET: SecretRef = { kind: "store", name: "mine" };

describe("checkTargetAddress", () => {
  it.each([
    ["https://llm.example.com/v1", "https://llm.example.com/v1"],
    ["https://LLM.example.com:443/v1//", "https://llm.example.com/v1"],
    ["https://llm.example.com:8443", "https://llm.example.com:8443"],
    ["https://llm.example.com/a/../v1/", "https://llm.example.com/v1"],
    ["https:\\\\llm.example.com\\v1", "https://llm.example.com/v1"],
    [" https://llm.example.com/v1\n", "https://llm.example.com/v1"],
    ["https://8.8.8.8/v1", "https://8.8.8.8/v1"],
    ["https://[2606:4700:4700::1111]/v1", "https://[2606:4700:4700::1111]/v1"],
  ])("brings %j to one form", (given, address) => {
    expect(checkTargetAddress(given, DEPLOYED)).toEqual({ ok: true, value: address });
    expect(checkTargetAddress(address, DEPLOYED)).toEqual({ ok: true, value: address });
  });

  it.each([
    "",
    "llm.example.com/v1",
    "http://llm.example.com/v1",
    "ftp://llm.example.com/v1",
    "file:///etc/passwd",
    "https://user@llm.example.com/v1",
    "https://api.openai.com@evil.example/v1",
    "https://api.openai.com:x@evil.example/v1",
    "https://llm.example.com/v1?key=1",
    "https://llm.example.com/v1?",
    "https://llm.example.com/v1#part",
    "https://llm.example.com/v1#",
    `https://llm.example.com/${"x".repeat(2_048)}`,
    "https://localhost/v1",
    "https://localhost./v1",
    "https://api.localhost:8443/v1",
    "https://intranet/v1",
    "https://metadata.google.internal/v1",
    "https://metadata.google.internal./v1",
    "https://169.254.169.254/v1",
    "https://169.254.169.254./v1",
    "https://10.0.0.1/v1",
    "https://172.16.0.1/v1",
    "https://192.168.1.1:8443/v1",
    "https://100.64.0.1/v1",
    "https://127.1/v1",
    "https://2130706433/v1",
    "https://0x7f.0.0.1/v1",
    "https://0251.0376.0251.0376/v1",
    "https://2852039166/v1",
    "https://[::1]/v1",
    "https://[::ffff:169.254.169.254]/v1",
    "https://[::ffff:a9fe:a9fe]/v1",
    "https://[64:ff9b::a9fe:a9fe]/v1",
    "https://[fd00:ec2::254]/v1",
    "https://[fe80::1]/v1",
    "https://[2002:a9fe:a9fe::]/v1",
    "https://①②⑦.0.0.1/v1",
  ])("refuses %j", (baseUrl) => {
    expect(checkTargetAddress(baseUrl, DEPLOYED).ok).toBe(false);
  });

  it("takes any http address for local use, and still no credentials, query or other protocol", () => {
    expect(checkTargetAddress("http://127.0.0.1:9000/v1/", LOCAL)).toEqual({
      ok: true,
      value: "http://127.0.0.1:9000/v1",
    });
    for (const baseUrl of ["http://a:b@127.0.0.1/v1", "http://127.0.0.1/v1?x", "ws://127.0.0.1/v1"]) {
      expect(checkTargetAddress(baseUrl, LOCAL).ok, baseUrl).toBe(false);
    }
  });
});

const FOREIGN = [
  "https://evil.example/v1",
  "https://api.openai.com.evil.example/v1",
  "https://evil.example/api.openai.com/v1",
  "https://api.openai.com:8443/v1",
  "https://api.openai.com./v1",
  "https://api.openai.com",
  "https://api.openai.com/v1/../evil",
  "https://eu.api.openai.com/v1",
  "https://api.opеnai.com/v1",
  "https://api.openai.com%2eevil.example/v1",
  "https://evil.example\\@api.openai.com/v1",
  "https://api.anthropic.com/v1",
  "https://sub.llm.acme.example/v1",
  "https://llm.acme.example:9443/v1",
  "https://llm.acme.example.evil.example/v1",
];

describe("decideCredential", () => {
  it.each(FOREIGN)("keeps the deployment's credentials from %s", (baseUrl) => {
    for (const secret of [OPENAI_KEY, null, undefined, { kind: "env", name: "OTHER_API_KEY" } as const]) {
      for (const deployment of [DEPLOYED, LOCAL]) {
        const target = { provider: "openai", baseUrl, ...(secret === undefined ? {} : { secret }) } as const;
        expect(decideCredential(target, deployment)).toMatchObject({
          ok: false,
          failure: { path: ["secret_key_ref"] },
        });
      }
    }
    const own = { provider: "openai", baseUrl, secret: OWN_SECRET } as const;
    expect(decideCredential(own, DEPLOYED)).toEqual({ ok: true, value: OWN_SECRET });
  });

  it.each([
    null,
    "https://api.openai.com/v1",
    "https://API.openai.com:443/v1/",
    "https://llm.acme.example/openai/v1",
    "https://llm.acme.example:8443/v1",
  ])("gives them to the provider's own address and to trusted hosts: %s", (baseUrl) => {
    expect(decideCredential({ provider: "openai", baseUrl, secret: null }, DEPLOYED)).toEqual({
      ok: true,
      value: OPENAI_KEY,
    });
    const other = { kind: "env", name: "SECOND_OPENAI_API_KEY" } as const;
    expect(decideCredential({ provider: "openai", baseUrl, secret: other }, DEPLOYED)).toEqual({
      ok: true,
      value: other,
    });
  });

  it("knows the deployment's override as the provider's own address, also where it is not public", () => {
    const upstreamUrls = { ...DEPLOYED.upstreamUrls, openai: "https://Proxy.example/openai/v1" };
    const at = (baseUrl: string | null, upstreams = upstreamUrls) =>
      decideCredential({ provider: "openai", baseUrl }, { ...DEPLOYED, upstreamUrls: upstreams }).ok;
    expect(at("https://proxy.example/openai/v1")).toBe(true);
    expect(at("https://proxy.example/evil/v1")).toBe(false);
    expect(at("https://api.openai.com/v1")).toBe(false);
    expect(at(null, { ...upstreamUrls, openai: "http://10.0.0.1/v1" })).toBe(true);
  });

  it.each(["http://127.0.0.1:9000/v1", "http://localhost:9000/v1", "http://[::1]:9000", "http://a.localhost/v1"])(
    "gives them to this machine in local use alone: %s",
    (baseUrl) => {
      expect(decideCredential({ provider: "openai", baseUrl, secret: OPENAI_KEY }, LOCAL).ok).toBe(true);
      expect(decideCredential({ provider: "openai", baseUrl, secret: OPENAI_KEY }, DEPLOYED)).toMatchObject({
        failure: { path: ["base_url"] },
      });
    },
  );

  it.each(["http://192.168.0.5:9000/v1", "http://127.0.0.1.evil.example/v1", "http://localhost.evil.example/v1"])(
    "gives them in local use to no other machine: %s",
    (baseUrl) => {
      expect(decideCredential({ provider: "openai", baseUrl, secret: OPENAI_KEY }, LOCAL).ok).toBe(false);
    },
  );

  it.each(["PLATFORM_ADMIN_TOKEN", "WEBHOOK_SIGNING_KEY", "SECRETS_ENCRYPTION_KEY", "CONTROL_DB", "API_KEY", ""])(
    "gives no other secret of the deployment: %j",
    (name) => {
      const target = { provider: "openai", baseUrl: null, secret: { kind: "env", name } } as const;
      expect(decideCredential(target, LOCAL)).toMatchObject({
        ok: false,
        failure: { path: ["secret_key_ref", "env"] },
      });
    },
  );

  it("gives no provider the other one's credential", () => {
    const target = { provider: "anthropic", baseUrl: null, secret: OPENAI_KEY } as const;
    expect(decideCredential(target, LOCAL)).toEqual({
      ok: false,
      failure: { path: ["secret_key_ref", "env"], message: "OPENAI_API_KEY is for targets with provider: openai" },
    });
  });

  it("lets a secret of the organization go to public addresses alone", () => {
    const target = { provider: "openai", baseUrl: "https://169.254.169.254/v1", secret: OWN_SECRET } as const;
    expect(decideCredential(target, DEPLOYED)).toMatchObject({ ok: false, failure: { path: ["base_url"] } });
  });
});

test("checkTargets finds everything at once, and says where", () => {
  const complaints = checkTargets(
    [
      { provider: "openai", baseUrl: null, secret: null },
      { provider: "openai", baseUrl: "https://evil.example/v1", secret: OPENAI_KEY },
      { provider: "openai", baseUrl: "http://evil.example/v1", secret: { kind: "env", name: "PLATFORM_ADMIN_TOKEN" } },
    ],
    DEPLOYED,
  );
  expect(complaints.map(({ path }) => path)).toEqual([
    ["providers", "targets", 1, "secret_key_ref"],
    ["providers", "targets", 2, "base_url"],
    ["providers", "targets", 2, "secret_key_ref", "env"],
  ]);
  expect(complaints.map(({ message }) => message).join("\n")).toContain("{store: …}");
});
