/**
 * Zero data retention. A mark is put wherever a prompt or an answer can hide; afterwards the whole state of the gateway
 * (databases, objects, queues, buckets), its log lines and everything that its API shows are searched for it.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { asJson, createOrganization, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

const CANARY = "kanarienvogel-4711";
/** Streams cut words in pieces: this one is the first of the mark. */
const CANARY_PIECE = "kanarienvo";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
}, 120_000);

afterAll(async () => gateway.stop());

/** What is sent to each endpoint: the mark as system text, user text, tool call and result, metadata, file name and answer. */
function markedBody(endpoint: Endpoint, stream: boolean, directive: string): Readonly<Record<string, unknown>> {
  const text = `${CANARY} user [[demo: ${directive}]]`;
  const tool = { name: `t_${CANARY}`, description: `${CANARY} tool`, parameters: { type: "object", properties: {} } };
  const metadata = { note: `${CANARY} metadata` };
  switch (endpoint) {
    case "openai.chat":
      return bodyFor(endpoint, {
        stream,
        extra: {
          metadata,
          user: `${CANARY} user field`,
          messages: [
            { role: "system", content: `${CANARY} system` },
            {
              role: "assistant",
              content: null,
              tool_calls: [
                { id: "c1", type: "function", function: { name: `t_${CANARY}`, arguments: `{"a":"${CANARY}"}` } },
              ],
            },
            { role: "tool", tool_call_id: "c1", content: `${CANARY} result` },
            {
              role: "user",
              content: [
                { type: "file", file: { filename: `${CANARY}.pdf`, file_data: "data:application/pdf;base64,AAAA" } },
                { type: "text", text },
              ],
            },
          ],
          tools: [{ type: "function", function: tool }],
        },
      });
    case "openai.responses":
      return bodyFor(endpoint, {
        stream,
        extra: {
          metadata,
          instructions: `${CANARY} system`,
          input: [
            { type: "function_call", call_id: "c1", name: `t_${CANARY}`, arguments: `{"a":"${CANARY}"}` },
            { type: "function_call_output", call_id: "c1", output: `${CANARY} result` },
            { role: "user", content: [{ type: "input_text", text }] },
          ],
          tools: [{ type: "function", ...tool }],
        },
      });
    case "anthropic.messages":
      return bodyFor(endpoint, {
        stream,
        extra: {
          metadata: { user_id: `${CANARY} metadata` },
          system: `${CANARY} system`,
          messages: [
            { role: "user", content: `${CANARY} first` },
            {
              role: "assistant",
              content: [{ type: "tool_use", id: "c1", name: `t_${CANARY}`, input: { a: CANARY } }],
            },
            {
              role: "user",
              content: [
                { type: "tool_result", tool_use_id: "c1", content: `${CANARY} result` },
                { type: "text", text },
              ],
            },
          ],
          tools: [{ name: `t_${CANARY}`, description: `${CANARY} tool`, input_schema: { type: "object" } }],
        },
      });
  }
}

const DIRECTIVES = [
  `{"text": "${CANARY} answer"}`,
  `{"text": "${CANARY} answer", "cut_after": 2}`,
  `{"status": 400}`,
  `{"status": 500}`,
  `{"reset": true}`,
  `{"usage": "missing", "text": "${CANARY} answer"}`,
];

/** Every file of the state folder that has the mark, in whatever encoding of the text SQLite and JSON use. */
async function findInState(mark = CANARY_PIECE): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir(gateway.stateDir, { recursive: true })) {
    if (name.startsWith("bundle")) continue;
    const path = join(gateway.stateDir, name);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    if (bytes.includes(mark) || bytes.includes(Buffer.from(mark, "utf16le"))) found.push(name);
  }
  return found;
}

async function showEverything(organization: TestOrganization): Promise<string> {
  const paths = [
    "/v1/spend/logs?limit=200",
    "/v1/reservations?limit=200",
    "/v1/wallets",
    "/v1/keys",
    "/v1/organization",
    "/v1/notifications",
    "/v1/events?limit=200",
  ];
  const answers = await Promise.all(paths.map(async (path) => (await organization.call("GET", path)).body));
  const events = await Promise.all(
    (await organization.list("/v1/events")).map(async ({ id }) => organization.call("GET", `/v1/events/${String(id)}`)),
  );
  return JSON.stringify([answers, events]);
}

/** What the bucket has of an organization: by event, the body of each part. */
async function keptBodies(organization: TestOrganization): Promise<readonly (readonly string[])[]> {
  const events = await organization.list("/v1/events");
  const read = async (id: unknown, part: string): Promise<readonly string[]> => {
    const headers = { authorization: `Bearer ${organization.accessKey}` };
    const answer = await fetch(`${gateway.url}/v1/events/${String(id)}/${part}`, { headers });
    const text = await answer.text();
    return answer.ok ? [text] : [];
  };
  return Promise.all(events.map(async ({ id }) => [...(await read(id, "request")), ...(await read(id, "response"))]));
}

async function sendMarked(organization: TestOrganization, headers: Readonly<Record<string, string>>): Promise<number> {
  let sent = 0;
  for (const endpoint of ENDPOINTS) {
    for (const stream of [false, true]) {
      for (const directive of DIRECTIVES) {
        const answer = await send(gateway, organization.gatewayKey, endpoint, markedBody(endpoint, stream, directive), {
          headers,
        });
        await answer.text().catch(() => "");
        sent += 1;
      }
    }
    // Refusals of ours: too dear, malformed, unknown.
    const costly = { ...markedBody(endpoint, false, "empty"), max_tokens: 9_000_000, max_output_tokens: 9_000_000 };
    const unknown = { ...markedBody(endpoint, false, "empty"), model: `${CANARY} model` };
    const refused = await send(gateway, organization.gatewayKey, endpoint, unknown, { headers });
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain(CANARY);
    for (const body of [costly, { ...costly, temperature: CANARY, stream: CANARY }, `{"${CANARY}": `]) {
      await (await send(gateway, organization.gatewayKey, endpoint, body, { headers })).text();
    }
  }
  return sent;
}

describe("strict", () => {
  it("leaves no text of a request or an answer anywhere, by header, organization and gateway", async () => {
    const byHeader = await createOrganization(gateway, { credit: "50" });
    const byOrganization = await createOrganization(gateway, { credit: "50" });
    const settings = await byOrganization.call("PUT", "/v1/wallets/settings", { zdr_mode: "strict" });
    expect(settings.status).toBe(200);
    const plain = await createOrganization(gateway, { credit: "50" });
    const gatewayRecord = await plain.call("POST", "/v1/gateways", { name: "Clinic", zdr_mode: "strict" });
    expect(gatewayRecord.body["zdr_mode"]).toBe("strict");
    const key = await plain.call("POST", "/v1/keys", {
      name: "k",
      type: "gateway",
      gateway_id: gatewayRecord.body["id"],
    });
    const byGateway: TestOrganization = { ...plain, gatewayKey: String(key.body["key"]) };

    const header = { "x-keeptrusts-zdr": "strict" };
    for (const [organization, headers] of [
      [byHeader, header],
      [byOrganization, {}],
      [byGateway, {}],
    ] as const) {
      const sent = await sendMarked(organization, headers);
      expect((await organization.spendLogs(sent)).length).toBeGreaterThanOrEqual(sent);
      expect(await showEverything(organization)).not.toContain(CANARY_PIECE);
      const kept = await keptBodies(organization);
      expect(kept.length).toBeGreaterThanOrEqual(sent);
      expect(kept.flat()).toEqual([]);
    }
    expect(gateway.logs.filter((line) => line.includes(CANARY_PIECE))).toEqual([]);
    expect(await findInState()).toEqual([]);
    // The search finds what is there.
    const open = await createOrganization(gateway, { credit: "1" });
    const marked = bodyFor("openai.chat", { extra: { metadata: { note: CANARY } } });
    await (await send(gateway, open.gatewayKey, "openai.chat", marked)).text();
    await open.spendLogs(1);
    expect((await findInState()).length).toBeGreaterThan(0);
  });
});

describe("off and passthrough", () => {
  it.each([
    ["off", "rotkehlche"],
    ["passthrough", "blaumeise"],
  ])("%s keeps the bodies in the bucket, and nowhere else", async (mode, mark) => {
    const organization = await createOrganization(gateway, { credit: "5" });
    const asked: string[] = [];
    for (const endpoint of ENDPOINTS) {
      for (const stream of [false, true]) {
        const body = bodyFor(endpoint, { text: `${mark} [[demo: {"text": "${mark} answer"}]]`, stream });
        const headers = { "x-keeptrusts-zdr": mode };
        const answer = await send(gateway, organization.gatewayKey, endpoint, body, { headers });
        expect(await answer.text()).toContain(mark);
        asked.push(JSON.stringify(body));
      }
    }
    await organization.spendLogs(asked.length);
    const kept = await keptBodies(organization);
    expect(kept.map(([request = ""]) => request).toSorted()).toEqual(asked.toSorted());
    for (const [, response] of kept) expect(response).toContain(mark);
    const found = await findInState(mark);
    const bundles = found.filter((name) => name.includes("blobs"));
    expect(bundles.length).toBeGreaterThan(0);
    expect(bundles.length).toBeLessThanOrEqual(2 * asked.length);
    expect(found.filter((name) => !name.includes("blobs"))).toEqual([]);
    expect(await showEverything(organization)).not.toContain(mark);
    expect(gateway.logs.filter((line) => line.includes(mark))).toEqual([]);
  });
});

describe("passthrough and strict", () => {
  it.each(["passthrough", "strict"])(
    "%s tells both OpenAI endpoints to store nothing, and Anthropic nothing new",
    async (mode) => {
      const organization = await createOrganization(gateway, { credit: "5" });
      for (const endpoint of ENDPOINTS) {
        gateway.demo.clear();
        const answer = await send(gateway, organization.gatewayKey, endpoint, bodyFor(endpoint), {
          headers: { "x-keeptrusts-zdr": mode },
        });
        expect(answer.status).toBe(200);
        await answer.text();
        const received = asJson(JSON.parse(gateway.demo.requests[0]?.body ?? "{}"));
        expect(received["store"]).toBe(endpoint === "anthropic.messages" ? undefined : false);
      }
    },
  );

  it.each([
    ["openai.chat", { store: true }, "store"],
    ["openai.responses", { store: true }, "store"],
    ["openai.responses", { previous_response_id: "resp_1" }, "previous_response_id"],
  ] as const)("%s with %j is refused, and nothing is sent", async (endpoint, extra, param) => {
    const organization = await createOrganization(gateway, { credit: "5" });
    gateway.demo.clear();
    const answer = await send(gateway, organization.gatewayKey, endpoint, bodyFor(endpoint, { extra }), {
      headers: { "x-keeptrusts-zdr": "passthrough" },
    });
    expect(answer.status).toBe(400);
    expect(asJson(asJson(await answer.json())["error"])).toMatchObject({ param, code: "zdr_not_possible" });
    expect(gateway.demo.requests).toEqual([]);
  });

  it("a request can tighten what the organization wants, and never loosen it", async () => {
    const organization = await createOrganization(gateway, { credit: "5" });
    await organization.call("PUT", "/v1/wallets/settings", { zdr_mode: "passthrough" });
    const storing = bodyFor("openai.responses", { extra: { store: true } });
    const answer = await send(gateway, organization.gatewayKey, "openai.responses", storing, {
      headers: { "x-keeptrusts-zdr": "off" },
    });
    expect(answer.status).toBe(400);
    const unknown = await send(gateway, organization.gatewayKey, "openai.responses", bodyFor("openai.responses"), {
      headers: { "x-keeptrusts-zdr": "paranoid" },
    });
    expect(asJson(asJson(await unknown.json())["error"])).toMatchObject({ param: "x-keeptrusts-zdr" });
  });
});
