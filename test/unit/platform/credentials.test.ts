import { describe, expect, it } from "vitest";
import type { PlannedTarget } from "../../../src/contract/commands.ts";
import type { LogLine } from "../../../src/contract/log-line.ts";
import { createCredentials } from "../../../src/platform/credentials.ts";

const TRUST = {
  upstreamUrls: { openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com/v1" },
  trustedHosts: ["llm.acme.example"],
  allowInsecure: false,
};

function target(fields: Partial<PlannedTarget> = {}): PlannedTarget {
  return { id: "t", provider: "openai", baseUrl: null, model: "m", price: null, ...fields };
}

const stored = (name: string) => target({ baseUrl: "https://llm.example.com/v1", secret: { kind: "store", name } });

function setUp() {
  const world = {
    nowMs: 1_000,
    values: new Map<string, string>([
      ["org_a/mine", "a-1"],
      ["org_b/mine", "b-1"],
    ]),
    reads: 0,
    answer: "value" as "value" | "error" | "never",
    logged: [] as LogLine[],
    errors: [] as unknown[],
  };
  const credentials = createCredentials({
    trust: TRUST,
    apiKeys: new Map([
      ["OPENAI_API_KEY", "sk-deployment"],
      ["SECOND_API_KEY", "second"],
    ]),
    readSecret: async (organizationId, name) => {
      world.reads += 1;
      if (world.answer === "error") throw new Error("D1_ERROR");
      if (world.answer === "never") await new Promise(() => {});
      return world.values.get(`${organizationId}/${name}`) ?? null;
    },
    nowMs: () => world.nowMs,
    // Late only where D1 never answers.
    sleep: async () => (world.answer === "never" ? undefined : new Promise(() => {})),
    log: (line) => world.logged.push(line),
    reportError: (error) => world.errors.push(error),
  });
  return { world, credentials };
}

describe("a credential of the deployment", () => {
  it("goes to the provider's own address and to trusted hosts", async () => {
    const { credentials, world } = setUp();
    const trusted = target({
      baseUrl: "https://llm.acme.example/v1",
      secret: { kind: "env", name: "SECOND_API_KEY" },
    });
    expect(await credentials.credentialOf("org_a", target())).toBe("sk-deployment");
    expect(await credentials.credentialOf("org_a", trusted)).toBe("second");
    expect(await credentials.credentialOf("org_a", target({ provider: "anthropic" }))).toBeNull();
    expect(world.logged).toEqual([]);
    expect(world.reads).toBe(0);
  });

  it("goes nowhere else, and the log says which rule kept it", async () => {
    const { credentials, world } = setUp();
    const evil = target({ baseUrl: "https://evil.example/v1", secret: { kind: "env", name: "OPENAI_API_KEY" } });
    expect(await credentials.credentialOf("org_a", evil)).toBeNull();
    expect(await credentials.credentialOf("org_a", target({ baseUrl: "https://evil.example/v1" }))).toBeNull();
    expect(world.logged[0]).toMatchObject({
      event: "upstream.credential_withheld",
      organization_id: "org_a",
      target_id: "t",
      field: "secret_key_ref",
    });
    expect(JSON.stringify(world.logged)).not.toMatch(/sk-|evil/);
  });
});

describe("a credential of the organization", () => {
  it("is its own organization's, read once in half a minute", async () => {
    const { credentials, world } = setUp();
    expect(await credentials.credentialOf("org_a", stored("mine"))).toBe("a-1");
    expect(await credentials.credentialOf("org_b", stored("mine"))).toBe("b-1");
    world.values.set("org_a/mine", "a-2");
    world.nowMs += 29_999;
    expect(await credentials.credentialOf("org_a", stored("mine"))).toBe("a-1");
    expect(world.reads).toBe(2);
    world.nowMs += 1;
    expect(await credentials.credentialOf("org_a", stored("mine"))).toBe("a-2");
    world.values.delete("org_a/mine");
    world.nowMs += 30_000;
    expect(await credentials.credentialOf("org_a", stored("mine"))).toBeNull();
  });

  it("is read anew when an upstream has refused it, and that of no other", async () => {
    const { credentials, world } = setUp();
    await credentials.credentialOf("org_a", stored("mine"));
    await credentials.credentialOf("org_b", stored("mine"));
    world.values.set("org_a/mine", "a-2");
    world.values.set("org_b/mine", "b-2");
    credentials.forget("org_a", stored("mine"));
    expect(await credentials.credentialOf("org_a", stored("mine"))).toBe("a-2");
    expect(await credentials.credentialOf("org_b", stored("mine"))).toBe("b-1");
  });

  it("that is put after it was missed is found at once", async () => {
    const { credentials, world } = setUp();
    expect(await credentials.credentialOf("org_a", stored("late"))).toBeNull();
    world.values.set("org_a/late", "there");
    expect(await credentials.credentialOf("org_a", stored("late"))).toBe("there");
  });

  it("goes to no private address", async () => {
    const { credentials, world } = setUp();
    const metadata = target({ baseUrl: "http://169.254.169.254/v1", secret: { kind: "store", name: "mine" } });
    expect(await credentials.credentialOf("org_a", metadata)).toBeNull();
    expect(world.reads).toBe(0);
    expect(world.logged[0]).toMatchObject({ field: "base_url" });
  });

  it.each(["error", "never"] as const)(
    "is none while D1 answers with %s, and there again afterwards",
    async (answer) => {
      const { credentials, world } = setUp();
      world.answer = answer;
      expect(await credentials.credentialOf("org_a", stored("mine"))).toBeNull();
      expect(world.errors).toHaveLength(1);
      world.answer = "value";
      expect(await credentials.credentialOf("org_a", stored("mine"))).toBe("a-1");
    },
  );

  it("is one of at most 500 that are kept: the oldest goes first", async () => {
    const { credentials, world } = setUp();
    for (let index = 0; index <= 500; index += 1) {
      world.values.set(`org_a/s${index}`, "v");
      await credentials.credentialOf("org_a", stored(`s${index}`));
    }
    expect(world.reads).toBe(501);
    await credentials.credentialOf("org_a", stored("s500"));
    expect(world.reads).toBe(501);
    await credentials.credentialOf("org_a", stored("s0"));
    expect(world.reads).toBe(502);
  });
});
