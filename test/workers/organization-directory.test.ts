import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DirectoryCopy } from "../../durable-objects/organization/directory.ts";
import type { DirectorySource } from "../../durable-objects/organization/directory.ts";
import { openStore } from "../../durable-objects/organization/store.ts";
import type { Directory } from "../../src/contract/directory.ts";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  transferCommand,
} from "../support/worker-organization.ts";

afterEach(() => {
  vi.useRealTimers();
});

function directory(version: number, platformVersion = 1): Directory {
  return {
    version,
    platformVersion,
    organization: { id: "org_d", name: `Version ${version}`, status: "active" },
    settings: DEFAULT_WALLET_SETTINGS,
    keys: [],
    prices: [],
    exchangeRates: {},
    teams: [],
    members: [],
    seats: { count: 0, monthlyCreditNanos: 0n, memberIds: [] },
    agents: [],
    serviceUsers: [],
    gateways: [],
    accessPolicies: [],
    budgets: [],
  };
}

function sourceOf(newest: () => Directory | Promise<never>): DirectorySource & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    readVersions: async () => {
      calls.push("versions");
      return newest();
    },
    load: async () => {
      calls.push("load");
      return newest();
    },
  };
}

function nothing(): void {}

describe("directory copy", () => {
  it("decides with what it knows for ten seconds, checks in the background until fifteen, and before deciding after", async () => {
    const source = sourceOf(() => directory(1));
    const copy = new DirectoryCopy(source, null, (newer) => newer, nothing);
    await copy.freshen(0).ready;
    expect(source.calls).toEqual(["load"]);
    expect(copy.freshen(9_999)).toEqual({ ready: null, checking: null });
    const aged = copy.freshen(10_000);
    expect(aged.ready).toBeNull();
    await aged.checking;
    expect(source.calls).toEqual(["load", "versions"]);
    expect(copy.freshen(19_999).checking).toBeNull();
    expect(copy.freshen(25_000).ready).not.toBeNull();
  });

  it("never goes backwards", async () => {
    let newest = directory(5, 5);
    const kept: number[] = [];
    const checked: [version: number, readAtMs: number][] = [];
    const copy = new DirectoryCopy(
      sourceOf(() => newest),
      null,
      (newer) => {
        kept.push(newer.version);
        return newer;
      },
      (index, readAtMs) => checked.push([index.directory.version, readAtMs]),
    );
    await copy.refresh(0);
    newest = directory(4, 6);
    await copy.refresh(1);
    newest = directory(6, 4);
    await copy.refresh(2);
    newest = directory(6, 5);
    await copy.refresh(3);
    expect(kept).toEqual([5, 6]);
    expect(checked).toEqual([
      [5, 0],
      [5, 1],
      [5, 2],
      [6, 3],
    ]);
  });

  it("keeps the old copy when the records cannot be read, and does not wait for them for long", async () => {
    const stuck = sourceOf(() => new Promise<never>(() => undefined));
    const copy = new DirectoryCopy(stuck, directory(3), (newer) => newer, nothing);
    await copy.freshen(0).ready;
    expect(copy.index?.directory.version).toBe(3);
    // Later commands do not wait again for the check that is stuck.
    const state = await Promise.race([copy.freshen(1).ready ?? "ready", Promise.resolve("waiting")]);
    expect(state).not.toBe("waiting");

    const broken = sourceOf(() => Promise.reject(new Error("D1 is down")));
    const other = new DirectoryCopy(broken, directory(3), (newer) => newer, nothing);
    await other.freshen(0).ready;
    await other.freshen(1).checking;
    expect(other.index?.directory.version).toBe(3);
    expect(broken.calls).toEqual(["versions", "versions"]);
  });
});

describe("in the object", () => {
  it("sees a change at once when it is pushed, and within fifteen seconds when the push was lost", async () => {
    const organization = await createOrganization({ keys: [{ token: "any", id: "key_pushed" }] });
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 3n }));
    granted(await stub.authorize(authorizeCommand(organization, "any")));
    const change = (revokedAtMs: number | null) =>
      env.CONTROL_DB.batch([
        env.CONTROL_DB.prepare("UPDATE keys SET revoked_at_ms = ? WHERE id = 'key_pushed'").bind(revokedAtMs),
        env.CONTROL_DB.prepare("UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?").bind(
          organization.id,
        ),
      ]);
    await change(1);
    await stub.refreshDirectory();
    expect(failureOf(await stub.authorize(authorizeCommand(organization, "any")))).toMatchObject({ reason: "revoked" });
    await change(null);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 15_000 });
    granted(await stub.authorize(authorizeCommand(organization, "any")));
  });

  it("knows whose storage it is, also when the runtime does not tell its name", async () => {
    const organization = await createOrganization({});
    await runInDurableObject(organization.stub, (_instance, { storage }) => {
      expect(openStore(storage.sql, undefined).organizationId).toBe(organization.id);
      expect(() => openStore(storage.sql, "org_other")).toThrow(`belongs to ${organization.id}`);
    });
  });

  // One of the two prefixes puts a cut between the halves of a character.
  it.each(["", "x"])("starts from its own storage, with names that need many bytes (prefix '%s')", async (prefix) => {
    const memberId = `mem_name${prefix}`;
    const name = `${prefix}${"😀".repeat(700_000)}`;
    const organization = await createOrganization({ members: [{ id: memberId, name }], keys: [{ token: "any" }] });
    await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    await evictDurableObject(organization.stub);
    const { sources } = await organization.stub.balance({ userId: memberId, teamId: null });
    expect(sources[0]?.name === name).toBe(true);
  });
});
