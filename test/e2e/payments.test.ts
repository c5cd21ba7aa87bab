/** One whole loop over HTTP: refused for lack of money, topped up where the refusal leads, and answered with the same ticket. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Terminal } from "../../scripts/demo/terminal.ts";
import { openStage, type Stage } from "../../scripts/demo/stage.ts";
import { redeemTicket } from "../../scripts/demo/ticket.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
});

test("a refusal leads to its top-up, and the ticket goes through afterwards", async () => {
  const terminal = new Terminal(process.stdout);
  await redeemTicket(stage, terminal);
  expect(terminal.brokenPromises).toBe(0);
  const history = await stage.api("GET", "/v1/payments/history?status=completed");
  expect(history["data"]).toMatchObject([{ status: "completed", scope: "organization", provider: "sandbox" }]);
});
