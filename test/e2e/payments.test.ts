/** Whole loops over HTTP: refused for lack of money, topped up by the payer or by itself, and answered with the same ticket. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Terminal } from "../../scripts/demo/terminal.ts";
import { listIn, objectIn } from "../../scripts/demo/json.ts";
import { openStage, type Stage } from "../../scripts/demo/stage.ts";
import { redeemTicket } from "../../scripts/demo/ticket.ts";
import { textOf } from "../../scripts/seed/api.ts";

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

test("a wallet that a refusal finds too low refills itself, and the ticket goes through", async () => {
  const { api, ask } = stage;
  const checkout = await api("POST", "/v1/payments/create-checkout", { amount: "1.00", save_payment_method: true });
  const form = new URLSearchParams({ action: "pay", card: "works" });
  await fetch(textOf(checkout, "approval_url"), { method: "POST", body: form, redirect: "manual" });
  const [method] = listIn(await api("GET", "/v1/payments/methods"), "data");
  const [wallet] = listIn(await api("GET", "/v1/wallets"), "data");
  if (method === undefined || wallet === undefined) throw new Error("no method was saved");
  await api("PUT", `/v1/wallets/${textOf(wallet, "id")}/auto-topup`, {
    enabled: true,
    threshold: "0",
    amount: "5.00",
    daily_cap: "1000.00",
    cooldown_minutes: 1,
    payment_method: textOf(method, "id"),
  });
  const refusal = await ask(5_000_000);
  const ticket = objectIn(objectIn(refusal.body, "error"), "cost_ticket");
  expect([refusal.status, ticket["top_up"]]).toMatchObject([402, { pending: true }]);
  const amount = new URLSearchParams({ amount: "lots" });
  const unreadable = await fetch(textOf(objectIn(ticket, "top_up"), "url"), { method: "POST", body: amount });
  expect([unreadable.status, await unreadable.text()]).toEqual([400, expect.stringContaining("no decimal number")]);
  const history = async () => (await api("GET", "/v1/wallets/auto-topups"))["data"];
  await expect.poll(history, { timeout: 20_000 }).toMatchObject([{ status: "completed", cause: "refused_request" }]);
  const redeemed = await ask(5_000_000, { "x-cost-ticket": textOf(ticket, "id") });
  expect(redeemed.status).toBe(200);
});
