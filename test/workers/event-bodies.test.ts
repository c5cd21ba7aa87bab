/** Finding a body among the bundles of its second, in the bucket of the real runtime. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { BodyPart } from "../../src/contract/event-body.ts";
import { createEventBodies } from "../../src/platform/event-bodies.ts";

const NOW_MS = Date.parse("2026-06-15T10:00:00.000Z");

/** A bucket that lists two keys at a time, and tells what was asked of it. */
function countedBucket() {
  const asked: string[] = [];
  const bucket = new Proxy(env.BODIES, {
    get(target, name) {
      if (name === "list") {
        return async (options: R2ListOptions) => {
          asked.push(`list ${options.prefix?.split("/").at(-1)}`);
          return target.list({ ...options, limit: 2 });
        };
      }
      if (name !== "get") return Reflect.get(target, name);
      return async (key: string, options: R2GetOptions) => {
        asked.push(`get ${key.split("/").at(-1)}`);
        return target.get(key, options);
      };
    },
  });
  return { bucket, asked };
}

const named = (eventId: string, part: BodyPart, text: string) => ({
  address: { organizationId: "org_bodies", eventId, createdAtMs: NOW_MS },
  part,
  body: {
    bytes: new TextEncoder().encode(text),
    totalBytes: text.length,
    truncated: false,
    contentType: null,
    status: null,
  },
});

it("finds a body under its own name at once, and one in another's bundle however many there are", async () => {
  const { bucket, asked } = countedBucket();
  const bodies = createEventBodies(bucket);
  const written = createEventBodies(env.BODIES);
  for (const letter of "abcdefg") await written.put([named(`evt_${letter}`, "request", letter)]);
  await written.put([named("evt_h", "request", "h"), named("evt_b", "response", "of b")]);
  const read = async (eventId: string, part: BodyPart) => {
    asked.length = 0;
    const found = await bodies.read({ organizationId: "org_bodies", eventId, createdAtMs: NOW_MS }, part);
    return found === null ? null : new Response(found.stream).text();
  };
  expect(await read("evt_g", "request")).toBe("g");
  expect(asked).toEqual(["list evt_g.", "get evt_g.request", "get evt_g.request"]);
  expect(await read("evt_b", "response")).toBe("of b");
  expect(asked.filter((call) => call.startsWith("list"))).toEqual(["list evt_b.", ...Array(4).fill("list ")]);
  expect(asked.filter((call) => call === "get evt_b.request")).toHaveLength(1);
  expect(await read("evt_a", "response")).toBeNull();
  expect(await read("evt_hh", "request")).toBeNull();
});
