/** Keys from which other secrets are derived: made once for a state folder, so that what they sign or seal survives a restart. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The key in the file of that name, 256 bits in hex; makes it when there is none. */
export async function readOrCreateKey(stateDir: string, name: string): Promise<string> {
  const file = join(stateDir, name);
  const known = await readFile(file, "utf8").catch(() => "");
  if (known !== "") return known;
  await mkdir(stateDir, { recursive: true });
  const key = randomBytes(32).toString("hex");
  await writeFile(file, key, { mode: 0o600 });
  return key;
}
