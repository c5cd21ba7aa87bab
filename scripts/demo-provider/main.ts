/** `node scripts/demo-provider/main.ts`: the demo provider as a process. `DEMO_PROVIDER_PORT` (8788), `DEMO_PROVIDER_SEED`. */
import { startDemoProvider } from "./server.ts";

const provider = await startDemoProvider({
  port: Number(process.env["DEMO_PROVIDER_PORT"] ?? 8788),
  seed: Number(process.env["DEMO_PROVIDER_SEED"] ?? 1),
  behaviour: { delay_ms: 200, frame_gap_ms: 15 },
  keepRequests: 1_000,
});
process.stdout.write(`demo provider: ${provider.url}/v1 (record: ${provider.url}/__demo/requests)\n`);
