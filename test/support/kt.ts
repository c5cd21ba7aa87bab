/** Runs the `kt` command as a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const kt = fileURLToPath(new URL("../../scripts/kt.mjs", import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Called in `folder`; `variables` go over the environment of the tests. */
export async function runKt(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn("node", [kt, ...args], { cwd: folder, env: { ...process.env, ...variables } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { status: await promise, stdout, stderr };
}
