/** The memory of how targets did, in the real bundle: it sees an outage and its end, and no request depends on it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { FAILURES_TO_OPEN } from "../../src/core/target-health.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, until, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "10" });
}, 120_000);

afterAll(async () => gateway.stop());

async function chat(directive = ""): Promise<number> {
  const body = bodyFor("openai.chat", { text: `Hello ${directive}` });
  const response = await send(gateway, organization.gatewayKey, "openai.chat", body);
  await response.body?.cancel();
  return response.status;
}

const saw = (event: string): boolean =>
  gateway.logs.some((line) => line.includes(`"${event}"`) && line.includes('"managed-openai"'));

it("opens the circuit in an outage, refuses nothing all the while, and closes it when the provider is back", async () => {
  for (let failure = 1; failure <= FAILURES_TO_OPEN; failure += 1) {
    // oxlint-disable-next-line no-await-in-loop -- in a row
    expect(await chat("[[demo: status=503]]")).toBe(503);
  }
  await until(async () => saw("target.circuit_opened"));
  expect(saw("target.circuit_closed")).toBe(false);
  expect(await chat()).toBe(200);
  await until(async () => saw("target.circuit_closed"));
});

it("opens it at once when the provider refuses our account", async () => {
  const openedBefore = gateway.logs.filter((line) => line.includes("target.circuit_opened")).length;
  expect(await chat("[[demo: status=401]]")).toBe(502);
  await until(async () => gateway.logs.filter((line) => line.includes("target.circuit_opened")).length > openedBefore);
  expect(await chat()).toBe(200);
});

it("never failed while it did so", () => {
  expect(gateway.logs.filter((line) => line.includes("target_health.failed"))).toEqual([]);
});
