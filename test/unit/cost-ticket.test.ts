import { describe, expect, it } from "vitest";
import type { Attribution } from "../../src/core/attribution.ts";
import { checkTicket, isSamePayer } from "../../src/core/cost-ticket.ts";
import type { CostTicket } from "../../src/core/cost-ticket.ts";

const OWNER: Attribution = {
  keyId: "key_1",
  gatewayId: null,
  userId: "mem_1",
  teamId: "team_1",
  serviceUserId: null,
  agentId: null,
  agentRunId: null,
};

const TICKET: CostTicket = {
  id: "ctk_1",
  requestSha256: "aa",
  attribution: OWNER,
  expiresAtMs: 100,
  reservationId: null,
};

describe("checkTicket", () => {
  it.each([
    { name: "no ticket", ticket: null, sha: "aa", nowMs: 0, reason: "unknown" },
    { name: "a used ticket", ticket: { ...TICKET, reservationId: "res_1" }, sha: "aa", nowMs: 0, reason: "redeemed" },
    {
      name: "a used ticket after its end",
      ticket: { ...TICKET, reservationId: "res_1" },
      sha: "aa",
      nowMs: 100,
      reason: "redeemed",
    },
    { name: "a ticket at its end", ticket: TICKET, sha: "aa", nowMs: 100, reason: "expired" },
    { name: "another body", ticket: TICKET, sha: "bb", nowMs: 0, reason: "mismatch" },
  ])("refuses $name", ({ ticket, sha, nowMs, reason }) => {
    expect(checkTicket(ticket, sha, () => true, nowMs)).toEqual({
      ok: false,
      failure: { kind: "ticket_invalid", reason },
    });
  });

  it("refuses another bearer and accepts its own until its end", () => {
    expect(checkTicket(TICKET, "aa", () => false, 99)).toMatchObject({ failure: { reason: "mismatch" } });
    expect(checkTicket(TICKET, "aa", () => true, 99)).toEqual({ ok: true, value: TICKET });
  });
});

describe("isSamePayer", () => {
  it("looks at who is charged, not at the key or the run", () => {
    expect(isSamePayer(OWNER, { ...OWNER, keyId: "key_2", agentRunId: "run_1" })).toBe(true);
  });

  it.each(["userId", "teamId", "serviceUserId", "gatewayId", "agentId"] as const)("tells another %s", (field) => {
    expect(isSamePayer(OWNER, { ...OWNER, [field]: "other" })).toBe(false);
  });
});
