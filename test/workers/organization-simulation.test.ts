/**
 * The ledger simulation against the real object, in the real runtime: the same steps and the same auditor as in plain Node,
 * with real evictions and alarms, and the real way from the outbox through the queue to the reports' database.
 */
import { expect, it } from "vitest";
import { describe as describeFound, runSeed, shorten } from "../simulation/run.ts";
import type { MakeDriver } from "../simulation/run.ts";
import { WorkerDriver } from "../support/worker-simulation.ts";

const RUNS = 14;
const STEPS_PER_RUN = 150;

let organizations = 0;

/** Each run has an organization of its own, also when it is repeated to find the shortest sequence. */
function nextOrganizationId(): string {
  organizations += 1;
  return `org_sim${organizations}`;
}

const makeDriver: MakeDriver = ({ records, startMs }) => new WorkerDriver(records.organizationId, startMs);

it("agrees with its auditor at every step", async () => {
  let steps = 0;
  for (let seed = 1_001; seed <= 1_000 + RUNS; seed += 1) {
    const organizationId = nextOrganizationId();
    const report = await runSeed(seed, makeDriver, { steps: STEPS_PER_RUN, isOrderly: true, organizationId });
    steps += report.steps;
    const { found } = report;
    if (found === null) continue;
    const shortest = await shorten(found, makeDriver, { nextOrganizationId, tries: 60 });
    expect.fail(describeFound(found, shortest, ` --orderly --length ${STEPS_PER_RUN}`));
  }
  expect(steps).toBeGreaterThanOrEqual(2_000);
}, 240_000);
