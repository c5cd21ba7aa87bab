/** Starts the provider of the benchmark in a thread, so that it does not wait for the load generator. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface BenchProvider {
  /** Without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function startProvider(): Promise<BenchProvider> {
  const thread = new Worker(new URL("provider-thread.ts", import.meta.url));
  const [address]: unknown[] = await once(thread, "message");
  if (typeof address !== "object" || address === null || !("port" in address)) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    stop: async () => {
      await thread.terminate();
    },
  };
}
