import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../../../src/api", import.meta.url));

/** These write the audit log's record with the change. */
const SAVING = ["save-change.ts", "platform-change.ts"];
/** Rows that are no records of an organization: answers that are kept, when a key was used, what an account is. */
const UNAUDITED = ["idempotency.ts", "key-use.ts", "sign-in/account.ts"];

/** Statements of CONTROL_DB that run by themselves: awaited, or in a batch. */
const WRITE = /\bdb\s*\.batch\(|await\s+(?:deps\.)?db\s*\.(?:insert|update|delete|run)\(/;

test("the control plane changes CONTROL_DB only where the change is recorded", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const writing = files.filter((name) => WRITE.test(readFileSync(join(folder, name), "utf8")));
  expect(new Set(writing)).toEqual(new Set([...SAVING, ...UNAUDITED]));
});
