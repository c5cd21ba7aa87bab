import { expect, test } from "vitest";
import { readConfig } from "../../src/env.ts";

test("trusted hosts are read as they stand in addresses", () => {
  const hosts = " LLM.acme.example, llm.acme.example:8443,,second.acme.example:443, 10.0.0.1:9000,[2001:4860::1]:9000 ";
  expect(readConfig({ TRUSTED_UPSTREAM_HOSTS: hosts }).trust.trustedHosts).toEqual([
    "llm.acme.example",
    "llm.acme.example:8443",
    "second.acme.example",
    "10.0.0.1:9000",
    "[2001:4860::1]:9000",
  ]);
  expect(readConfig({}).trust).toMatchObject({ trustedHosts: [], allowInsecure: false });
});

test.each(["https://llm.acme.example", "llm.acme.example/v1", "user@llm.acme.example", "*.acme.example", "a b", "a:b"])(
  "what is no host is refused, with the variable's name: %s",
  (hosts) => {
    expect(() => readConfig({ TRUSTED_UPSTREAM_HOSTS: hosts })).toThrow("TRUSTED_UPSTREAM_HOSTS");
  },
);

test("of the deployment's secrets only names that end in _API_KEY can be named", () => {
  const { apiKeys } = readConfig({
    OPENAI_API_KEY: "sk-1",
    AZURE_API_KEY: "azure-1",
    EMPTY_API_KEY: "",
    STORE_API_KEY: { get: async () => "bound, not a text" },
    PLATFORM_ADMIN_TOKEN: "admin",
    WEBHOOK_SIGNING_KEY: "webhook-signing-key-of-the-tests-0123",
    SECRETS_ENCRYPTION_KEY: "secrets-encryption-key-of-the-tests-01",
  });
  expect([...apiKeys]).toEqual([
    ["OPENAI_API_KEY", "sk-1"],
    ["AZURE_API_KEY", "azure-1"],
  ]);
});

test("a key that seals secrets is long", () => {
  expect(() => readConfig({ SECRETS_ENCRYPTION_KEY: "short" })).toThrow("SECRETS_ENCRYPTION_KEY");
});
