/** The demo organization, made once through the public API; what must be shown again is kept in the state folder. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { callApi, textOf } from "./api.ts";
import { DEMO_PERSON } from "./person.ts";

export interface Demo {
  readonly adminToken: string;
  /** Null until the organization is seeded. */
  readonly organization: DemoOrganization | null;
}

export interface DemoOrganization {
  readonly id: string;
  /** Every capability. */
  readonly accessKey: string;
  /** Model traffic, charged to Ada's seat and wallet, then to the team Research. */
  readonly gatewayKey: string;
  readonly memberId: string;
  readonly teamId: string;
}

const OWNER_EMAIL = DEMO_PERSON.email;
const TEAMS = { Research: "40.00", Support: "10.00" } as const;
const MEMBERS = { "grace@demo.example": "Research", "linus@demo.example": "Support" } as const;
const AGENT = { name: "Researcher", tags: ["team:research"] };
const AGENT_LIMIT = { type: "credits", limit: "2.00", window: "daily" };
const CREDIT = "100.00";
/** One seat for Ada, one to give. */
const PLAN = { seat_count: 2, seat_monthly_credit: "5.00" };

/** What an earlier start left in the state folder, or a new platform admin token. */
export async function readOrCreateDemo(stateDir: string): Promise<Demo> {
  const text = await readFile(fileIn(stateDir), "utf8").catch(() => null);
  if (text !== null) return parseDemo(text);
  const demo: Demo = { adminToken: `kt_platform_${randomBytes(24).toString("hex")}`, organization: null };
  await writeDemo(stateDir, demo);
  return demo;
}

/** Makes the demo organization unless the state folder has one. */
export async function seedOnce(url: string, stateDir: string, demo: Demo): Promise<DemoOrganization> {
  if (demo.organization !== null) return demo.organization;
  const organization = await seed(url, demo.adminToken);
  await writeDemo(stateDir, { ...demo, organization });
  return organization;
}

async function seed(url: string, adminToken: string): Promise<DemoOrganization> {
  const created = await callApi(url, adminToken, "POST", "/v1/admin/organizations", {
    name: "Demo organization",
    owner_email: OWNER_EMAIL,
  });
  const accessKey = textOf(created, "key");
  const post = (path: string, body: Record<string, unknown>) => callApi(url, accessKey, "POST", path, body);

  await post("/v1/wallets/credit", { amount: CREDIT, currency: "USD", note: "Demo money" });
  const owner = await findMember(url, accessKey, OWNER_EMAIL);
  const teamIds = new Map<string, string>();
  for (const [name, amount] of Object.entries(TEAMS)) {
    const id = textOf(await post("/v1/teams", { name }), "id");
    teamIds.set(name, id);
    await post("/v1/wallets/allocate", { team_id: id, amount, currency: "USD", note: `Budget of ${name}` });
  }
  const research = teamIds.get("Research") ?? "";
  await post(`/v1/teams/${research}/members`, { member_id: owner, role: "lead" });
  for (const [email, team] of Object.entries(MEMBERS)) {
    const id = textOf(await post("/v1/members", { email, role: "member" }), "id");
    await post(`/v1/teams/${teamIds.get(team) ?? ""}/members`, { member_id: id, role: "member" });
  }
  await callApi(url, adminToken, "PATCH", `/v1/admin/organizations/${textOf(created, "id")}`, PLAN);
  await callApi(url, accessKey, "PUT", `/v1/members/${owner}/seat`);
  await post("/v1/wallets/allocate", { user_id: owner, amount: "5.00", currency: "USD", note: "Ada's own" });
  const agent = textOf(await post("/v1/agents", AGENT), "id");
  await post(`/v1/agents/${agent}/usage-constraints`, AGENT_LIMIT);
  const key = await post("/v1/keys", { name: "demo", type: "gateway", member_id: owner, team_id: research });
  return { id: textOf(created, "id"), accessKey, gatewayKey: textOf(key, "key"), memberId: owner, teamId: research };
}

async function findMember(url: string, accessKey: string, email: string): Promise<string> {
  const { data } = await callApi(url, accessKey, "GET", "/v1/members");
  for (const member of Array.isArray(data) ? data : []) {
    if (member.email === email) return textOf(member, "id");
  }
  throw new Error(`no member ${email}`);
}

function fileIn(stateDir: string): string {
  return join(stateDir, "demo.json");
}

async function writeDemo(stateDir: string, demo: Demo): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  const file = fileIn(stateDir);
  await writeFile(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function parseDemo(text: string): Demo {
  const { adminToken, organization = null }: Partial<Demo> = JSON.parse(text);
  if (adminToken === undefined) throw new Error("demo.json in the state folder has no adminToken; remove the folder");
  return { adminToken, organization };
}
