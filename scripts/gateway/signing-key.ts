/** The key from which secrets of webhooks are derived: made once for a state folder, so that they survive a restart. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function readOrCreateSigningKey(stateDir: string): Promise<string> {
  const file = join(stateDir, "webhook-signing-key");
  const known = await readFile(file, "utf8").catch(() => "");
  if (known !== "") return known;
  await mkdir(stateDir, { recursive: true });
  const key = randomBytes(32).toString("hex");
  await writeFile(file, key, { mode: 0o600 });
  return key;
}
