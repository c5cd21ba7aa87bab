/** Members are invited by mail: whatever becomes of it they exist, and it is told. */
import { expect, test } from "vitest";
import {
  advanceClock,
  call,
  errors,
  mailFault,
  mails,
  makeOrganization,
  rowsOf,
  runDeferred,
  textOf,
} from "../support/worker-api.ts";
import { settle, signUp } from "../support/worker-sign-in.ts";

const HOUR_MS = 3_600_000;

async function invite(token: string, email: string, headers = {}) {
  return call("POST /v1/members", { token, body: { email, name: "Ada" }, headers });
}

async function invitationOf(token: string, id: string) {
  return (await call(`GET /v1/members/${id}`, { token })).body["invitation"];
}

test("the mail says which organization and who, as plain text, and links to the form with the address", async () => {
  const name = "Acme <b>\r\nBcc: all@evil.example\u202e https://evil.example/";
  const made = await call("POST /v1/admin/organizations", { body: { name, owner_email: "owner+1@acme.example" } });
  const token = textOf(made.body["key"]);
  await runDeferred();
  const [mail] = mails.splice(0);
  expect(mail?.to).toBe("owner+1@acme.example");
  expect(mail?.subject).toBe("You are invited to Acme <b> Bcc: all@evil.example https evil.example/");
  expect(mail?.text).toContain('The operator of the gateway made you a member of the organization "Acme <b> Bcc:');
  expect(mail?.text.match(/https?:\S+/g)).toEqual(["https://edge.test/sign-up?email=owner%2B1%40acme.example"]);
  const member = await invite(token, "ada@acme.example");
  expect(member.body["invitation"]).toEqual({ status: "pending", sent_at: null });
  await runDeferred();
  expect(mails.splice(0)[0]?.text).toContain('The key "First access key" made you a member');
  expect(await invitationOf(token, textOf(member.body["id"]))).toMatchObject({ status: "sent" });
});

test("a mail that is not taken leaves the member, says so, and can be sent again three times an hour", async () => {
  const { token } = await makeOrganization();
  const fault = new Error("the mailbox is full");
  mailFault.error = fault;
  const member = await invite(token, "full@acme.example", { "idempotency-key": "invited once" });
  const id = textOf(member.body["id"]);
  await runDeferred();
  mailFault.error = null;
  expect(errors.splice(0)).toEqual([fault]);
  expect(await invitationOf(token, id)).toEqual({ status: "failed", sent_at: null });
  const repeated = await invite(token, "full@acme.example", { "idempotency-key": "invited once" });
  expect(repeated.headers.get("idempotency-replayed")).toBe("true");
  await runDeferred();
  expect(mails).toEqual([]);

  const again = () => call(`POST /v1/members/${id}/invite`, { token });
  expect((await again()).body["invitation"]).toEqual({ status: "pending", sent_at: null });
  await runDeferred();
  const sent = await invitationOf(token, id);
  expect(sent).toMatchObject({ status: "sent", sent_at: expect.stringMatching(/Z$/) });
  expect((await again()).status).toBe(200);
  await runDeferred();
  const refused = await again();
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "invited_too_often"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3_500);
  advanceClock(HOUR_MS);
  expect((await again()).status).toBe(200);
  await runDeferred();
  expect(mails.splice(0).length).toBe(3);
  const records = rowsOf(await call(`GET /v1/audit-log?object_id=${id}`, { token }));
  expect(records.map(({ action }) => action).slice(0, 4)).toEqual([
    "member.send_invitation",
    "member.invite",
    "member.send_invitation",
    "member.invite",
  ]);
});

test("whoever first signs in with the address has accepted, in every organization, and is not invited again", async () => {
  const [mine, theirs] = [await makeOrganization(), await makeOrganization()];
  const first = textOf((await invite(mine.token, "Grace@acme.example")).body["id"]);
  const second = textOf((await invite(theirs.token, "grace@acme.example")).body["id"]);
  await settle();
  expect(await invitationOf(mine.token, first)).toMatchObject({ status: "sent" });
  await signUp("grace@acme.example", "Grace");
  expect(await invitationOf(mine.token, first)).toMatchObject({ status: "accepted" });
  expect(await invitationOf(theirs.token, second)).toMatchObject({ status: "accepted" });
  const refused = await call(`POST /v1/members/${first}/invite`, { token: mine.token });
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([409, "invitation_accepted"]);
  const [accepted] = rowsOf(await call("GET /v1/audit-log?action=member.accept_invitation", { token: mine.token }));
  expect(accepted).toMatchObject({ actor: first, object_id: first, after: { invitation: { status: "accepted" } } });
  expect((await call(`POST /v1/members/${second}/invite`, { token: mine.token })).status).toBe(404);
});

test("a member who is removed before the mail leaves gets none", async () => {
  const { token } = await makeOrganization();
  mails.splice(0);
  const id = textOf((await invite(token, "gone@acme.example")).body["id"]);
  expect((await call(`DELETE /v1/members/${id}`, { token })).status).toBe(200);
  await runDeferred();
  expect([mails, errors]).toEqual([[], []]);
});
