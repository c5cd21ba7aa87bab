/** An organization of people with something of everything: Ada leads a team, Bob is in it, Eve is in another one. */
import { eventIdOfLog } from "../../src/contract/event.ts";
import { events, notifications } from "../../src/platform/d1/spend-schema.ts";
import { call, deps, makeOrganization, rowsOf, textOf, type Json, type Reply } from "./worker-api.ts";
import { makeGrant } from "./worker-oauth.ts";

/** A person, the key with which the person asks, and what is the person's. */
export interface Person {
  readonly name: string;
  readonly memberId: string;
  readonly teamId: string;
  /** An access key with `self`. */
  readonly token: string;
  readonly accessKeyId: string;
  readonly gatewayKeyId: string;
  readonly walletId: string;
  readonly seatWalletId: string;
  readonly spendLogId: string;
  readonly eventId: string;
  readonly reservationId: string;
  readonly notificationId: string;
  readonly grantId: string;
}

export interface People {
  readonly organizationId: string;
  /** An access key with everything. */
  readonly token: string;
  readonly teamWalletIds: Readonly<Record<string, string>>;
  readonly ada: Person;
  readonly bob: Person;
  readonly eve: Person;
}

const COSTS: Readonly<Record<string, string>> = { ada: "0.1", bob: "0.02", eve: "0.003" };

export async function makePeople(): Promise<People> {
  const { id: organizationId, token } = await makeOrganization({ credit: "100" });
  await call(`PATCH /v1/admin/organizations/${organizationId}`, { body: { seat_count: 3, seat_monthly_credit: "5" } });
  const make = async (name: string, body?: unknown): Promise<Json> => {
    const reply = await call(name, { token, body });
    if (reply.status >= 300) throw new Error(`${name}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const idOf = async (name: string, body: unknown) => textOf((await make(name, body))["id"]);
  const teams = {
    ours: await idOf("POST /v1/teams", { name: "Research" }),
    theirs: await idOf("POST /v1/teams", { name: "Sales" }),
  };
  const makePerson = async (name: string, teamId: string, role: "lead" | "member"): Promise<Person> => {
    const memberId = await idOf("POST /v1/members", { email: `${name}@acme.example`, name });
    await make(`POST /v1/teams/${teamId}/members`, { member_id: memberId, role });
    await make("POST /v1/wallets/allocate", { user_id: memberId, amount: "1" });
    const seat = await make(`PUT /v1/members/${memberId}/seat`);
    const access = await make("POST /v1/keys", {
      name: "own",
      type: "access",
      member_id: memberId,
      capabilities: ["self"],
    });
    const spendLogId = await idOf("POST /v1/spend/log", {
      request_id: `spent-${name}`,
      endpoint: "openai.chat",
      provider: "openai",
      model: `model-${name}`,
      total_cost: COSTS[name],
      user_id: memberId,
      team_id: teamId,
    });
    const wallets = await make("GET /v1/wallets");
    return {
      name,
      memberId,
      teamId,
      token: textOf(access["key"]),
      accessKeyId: textOf(access["id"]),
      gatewayKeyId: await idOf("POST /v1/keys", { name: "sdk", type: "gateway", member_id: memberId }),
      walletId: walletOf(wallets, "user", memberId),
      seatWalletId: textOf(seat["wallet"]?.["id"]),
      spendLogId,
      eventId: await addEvent(organizationId, spendLogId),
      reservationId: textOf(
        (
          await make("POST /v1/gateway/wallets/reserve", {
            request_id: `held-${name}`,
            provider: "openai",
            model: "gpt-5-mini",
            input_tokens: 10,
            max_output_tokens: 10,
            request_sha256: "ab".repeat(32),
            user_id: memberId,
            team_id: teamId,
          })
        )["reservation_id"],
      ),
      grantId: await makeGrant(organizationId, memberId),
      notificationId: await addNotification(organizationId, name, memberId),
    };
  };
  const ada = await makePerson("ada", teams.ours, "lead");
  const bob = await makePerson("bob", teams.ours, "member");
  const eve = await makePerson("eve", teams.theirs, "member");
  for (const teamId of [teams.ours, teams.theirs]) {
    await make("POST /v1/wallets/allocate", { team_id: teamId, amount: "2" });
  }
  const wallets = await make("GET /v1/wallets");
  const teamWalletIds = Object.fromEntries(
    [teams.ours, teams.theirs].map((teamId) => [teamId, walletOf(wallets, "team", teamId)]),
  );
  return { organizationId, token, teamWalletIds, ada, bob, eve };
}

function walletOf(wallets: Json, scope: string, ownerId: string): string {
  const rows: unknown = wallets["data"];
  const all: readonly Json[] = Array.isArray(rows) ? rows : [];
  const own = all.find((wallet) => textOf(wallet["scope"]) === scope && textOf(wallet["owner_id"]) === ownerId);
  return textOf(own?.["id"]);
}

async function addEvent(organizationId: string, logId: string): Promise<string> {
  const id = eventIdOfLog(logId);
  const decided = { decision: "allow", matchedJson: "[]", zdrMode: "off", bodies: "off" } as const;
  await deps.spendDb.insert(events).values({ id, logId, organizationId, createdAtMs: 0, ...decided });
  return id;
}

async function addNotification(organizationId: string, name: string, memberId: string): Promise<string> {
  const id = `ntf_${name}_${organizationId}`;
  const dataJson = JSON.stringify({ scope: "user", owner_id: memberId });
  await deps.spendDb
    .insert(notifications)
    .values({ id, organizationId, type: "wallet.depleted", dataJson, createdAtMs: 0 });
  return id;
}

/** The ids in a list. */
export function idsOf(reply: Reply): readonly string[] {
  return rowsOf(reply).map((row) => textOf(row["id"]));
}
