/** Organizations with budgets, as records in D1. */
import { env } from "cloudflare:workers";
import { createOrganization, nextId, transferCommand, type TestOrganization } from "./worker-organization.ts";

export interface TestBudget {
  readonly name?: string;
  readonly scope?: Readonly<Record<string, unknown>>;
  readonly windows: Readonly<Record<string, string>>;
  readonly hard?: boolean;
  readonly alert_percentages?: readonly number[];
  readonly override?: Readonly<Record<string, unknown>>;
}

/** In a scope: the id of the key that asks. */
export const OWN_KEY = "own key";

/** An amount below 1 as a decimal. */
export const decimal = (nanos: bigint): string => `0.${nanos.toString().padStart(9, "0")}`;

/** With money enough, and the key `gateway`, which may name anybody and has the tag `env:prod`. */
export async function createBudgetedOrganization(
  budgets: readonly TestBudget[],
  rest: { readonly settings?: Readonly<Record<string, unknown>> } = {},
): Promise<TestOrganization> {
  const keyId = nextId("key");
  const organization = await createOrganization({
    settings: rest.settings ?? {},
    keys: [{ token: "gateway", id: keyId, mayAssertIdentity: true }],
  });
  await env.CONTROL_DB.prepare("UPDATE keys SET tags_json = '[\"env:prod\"]' WHERE id = ?").bind(keyId).run();
  const scoped = budgets.map((budget) =>
    budget.scope?.["id"] === OWN_KEY ? { ...budget, scope: { type: "key", id: keyId } } : budget,
  );
  await addBudgets(organization, scoped);
  await organization.stub.transfer(transferCommand({ amountNanos: 10n ** 12n }));
  return organization;
}

/** Saves budgets as the control plane would: they act from now on. */
export async function addBudgets({ id, stub }: TestOrganization, budgets: readonly TestBudget[]): Promise<void> {
  const rows = budgets.map((budget, index) => {
    const name = budget.name ?? `Budget ${index}`;
    const body = { scope: { type: "organization" }, ...budget, name };
    return env.CONTROL_DB.prepare(
      "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, 'budget', ?, ?, 0)",
    ).bind(nextId("bud"), id, name, JSON.stringify(body));
  });
  const bump = env.CONTROL_DB.prepare(
    "UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?",
  ).bind(id);
  await env.CONTROL_DB.batch([...rows, bump]);
  await stub.refreshDirectory();
}

/** Puts another body in the place of a budget's. */
export async function changeBudget(organization: TestOrganization, name: string, budget: TestBudget): Promise<void> {
  const body = JSON.stringify({ scope: { type: "organization" }, ...budget, name });
  await env.CONTROL_DB.prepare("UPDATE policies SET body_json = ? WHERE organization_id = ? AND name = ?")
    .bind(body, organization.id, name)
    .run();
  await addBudgets(organization, []);
}
