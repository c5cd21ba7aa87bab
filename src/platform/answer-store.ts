/** Kept answers in the Cache API: near the caller, of one data centre, gone when their time is over or room is needed. */
import { keptSchema } from "../contract/kept-answer.ts";
import type { AnswerStore, KeptResponse } from "../contract/kept-answer.ts";

const CACHE_NAME = "answers";
const KEPT_HEADER = "x-kept";

export function createAnswerStore(reportError: (error: unknown) => void): AnswerStore {
  return {
    find: async (name) => {
      try {
        const cache = await caches.open(CACHE_NAME);
        const response = await cache.match(addressOf(name));
        return response === undefined ? null : await readResponse(response);
      } catch (error) {
        reportError(error);
        return null;
      }
    },
    keep: async (name, response, ttlSeconds) => {
      try {
        const cache = await caches.open(CACHE_NAME);
        await cache.put(addressOf(name), writeResponse(response, ttlSeconds));
      } catch (error) {
        reportError(error);
      }
    },
  };
}

/** Nobody can ask for it from outside: the cache is read by this module alone. */
function addressOf(name: string): string {
  return `https://answers.invalid/${name}`;
}

function writeResponse({ kept, contentType, bytes }: KeptResponse, ttlSeconds: number): Response {
  const headers = new Headers({ "cache-control": `max-age=${ttlSeconds}`, [KEPT_HEADER]: JSON.stringify(kept) });
  if (contentType !== null) headers.set("content-type", contentType);
  return new Response(bytes, { headers });
}

async function readResponse(response: Response): Promise<KeptResponse> {
  return {
    kept: keptSchema.parse(JSON.parse(response.headers.get(KEPT_HEADER) ?? "")),
    contentType: response.headers.get("content-type"),
    bytes: await response.bytes(),
  };
}
