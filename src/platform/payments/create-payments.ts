/** Puts the parts of payments together, for the Worker and for tests. */
import type { OrganizationClient } from "../organization-client.ts";
import type { ControlDatabase } from "../d1/database.ts";
import { receiveWebhook } from "./events.ts";
import { maintainPayments } from "./maintain.ts";
import type { PaymentPorts } from "./ports.ts";
import { createPaymentProviders, type ProviderSettings } from "./registry.ts";
import { Mailbox } from "./sandbox/mailbox.ts";
import { SandboxRecords } from "./sandbox/records.ts";
import { Till } from "./sandbox/till.ts";

export interface PaymentsSetup extends ProviderSettings {
  readonly db: ControlDatabase;
  readonly organization: (organizationId: string) => OrganizationClient;
  readonly nowMs: () => number;
  readonly newId: (prefix: string) => string;
  readonly reportError: (event: string, error: unknown) => void;
}

export interface Payments {
  readonly flow: PaymentPorts;
  /** Null: the sandbox is off. */
  readonly sandbox: { readonly till: Till; readonly records: SandboxRecords; readonly mailbox: Mailbox } | null;
  /** What the cron trigger does. */
  maintain(): Promise<void>;
}

export function createPayments(setup: PaymentsSetup): Payments {
  const { db, nowMs, newId, reportError, organization, sandboxPaymentsKey } = setup;
  const providers = createPaymentProviders(setup, db, nowMs);
  const flow: PaymentPorts = { db, providers, organization, nowMs, newId, reportError };
  const sandbox = sandboxPaymentsKey === "" ? null : createSandboxSide(setup, flow);
  return {
    flow,
    sandbox,
    maintain: async () => {
      await sandbox?.mailbox.sendDue();
      await maintainPayments(flow);
    },
  };
}

/** A Worker cannot fetch itself: what the sandbox sends goes in where the route's deliveries do. */
function createSandboxSide(
  { db, sandboxPaymentsKey: key, nowMs, newId, reportError }: PaymentsSetup,
  flow: PaymentPorts,
) {
  const records = new SandboxRecords(db);
  const mailbox = new Mailbox({
    db,
    key,
    nowMs,
    reportError,
    post: async (body, headers) => {
      const provider = flow.providers.get("sandbox");
      if (provider === undefined) return false;
      const delivery = { body: new TextEncoder().encode(body), headers, nowMs: nowMs() };
      return (await receiveWebhook(flow, provider, delivery)).ok;
    },
  });
  return { records, mailbox, till: new Till({ records, mailbox, nowMs, newId }) };
}
