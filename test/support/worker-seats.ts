/** Changes of an organization's plan, seats and settings as the control plane saves them, and what its ledger says of seats. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { WalletView } from "../../src/contract/organization-rpc.ts";
import type { TestOrganization } from "./worker-organization.ts";

async function save({ id, stub }: TestOrganization, statements: readonly D1PreparedStatement[]): Promise<void> {
  const bump = "UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?";
  await env.CONTROL_DB.batch([env.CONTROL_DB.prepare(bump).bind(id), ...statements]);
  await stub.refreshDirectory();
}

export function setPlan(organization: TestOrganization, count: number, monthlyCreditNanos: bigint): Promise<void> {
  const plan = "UPDATE organizations SET seat_count = ?, seat_monthly_credit_nanos = CAST(? AS INTEGER) WHERE id = ?";
  return save(organization, [env.CONTROL_DB.prepare(plan).bind(count, monthlyCreditNanos.toString(), organization.id)]);
}

let given = 0;

export function giveSeat(organization: TestOrganization, memberId: string): Promise<void> {
  given += 1;
  const insert = "INSERT INTO seats (member_id, organization_id, created_at_ms) VALUES (?, ?, ?)";
  return save(organization, [env.CONTROL_DB.prepare(insert).bind(memberId, organization.id, given)]);
}

export function takeSeat(organization: TestOrganization, memberId: string): Promise<void> {
  return save(organization, [env.CONTROL_DB.prepare("DELETE FROM seats WHERE member_id = ?").bind(memberId)]);
}

export function setSettings(
  organization: TestOrganization,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const update = "UPDATE organizations SET settings_json = ? WHERE id = ?";
  return save(organization, [env.CONTROL_DB.prepare(update).bind(JSON.stringify(settings), organization.id)]);
}

/** Every movement of seats, oldest first: `seat_grant 5 Seat credit of 2026-03`. */
export function seatEntries({ stub }: TestOrganization): Promise<string[]> {
  return runInDurableObject(stub, (_instance, { storage }) =>
    storage.sql
      .exec<{ text: string }>(
        `SELECT entry.type || ' ' || abs(line.amount_nanos) || ' ' || entry.note AS text
         FROM ledger_entry AS entry JOIN ledger_line AS line ON line.sequence = entry.sequence AND line.account = 'external'
         WHERE entry.type LIKE 'seat_%' ORDER BY entry.sequence`,
      )
      .toArray()
      .map((row) => row.text),
  );
}

/** The wallets of a user's cascade by scope, as balance and held: `{seat: "5/0", user: "0/0"}`. */
export async function cascadeOf(
  { stub }: TestOrganization,
  userId: string,
): Promise<Readonly<Partial<Record<WalletView["scope"], string>>>> {
  const { sources } = await stub.balance({ userId, teamId: null });
  return Object.fromEntries(sources.map((wallet) => [wallet.scope, `${wallet.balanceNanos}/${wallet.heldNanos}`]));
}
