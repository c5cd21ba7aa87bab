/**
 * Module hooks for plain Node. The runtime's own module has a stand-in; and whatever is imported with `?fault=<number>`, with
 * all that it imports of this project, is a world of its own in which one line of the code is another one.
 */
import { registerHooks } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MUTATIONS } from "../mutations.ts";

const STAND_IN = new URL("./cloudflare-workers.ts", import.meta.url).href;
const PROJECT = new URL("../../../", import.meta.url).href;
const LIBRARIES = new URL("node_modules/", PROJECT).href;

/** The source with one line changed. Throws when the line is not there exactly once: then the list is out of date. */
export function applyMutation(index: number, source: string): string {
  const mutation = MUTATIONS[index];
  if (mutation === undefined) throw new RangeError(`there is no mutation ${index}`);
  const pieces = source.split(mutation.find);
  if (pieces.length !== 2) {
    throw new Error(`"${mutation.name}": the text is ${pieces.length - 1} times in ${mutation.file}, not once`);
  }
  return pieces.join(mutation.replace);
}

export function installHooks(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier === "cloudflare:workers") return { url: STAND_IN, shortCircuit: true };
      const resolved = nextResolve(specifier, context);
      const fault = faultOf(context.parentURL);
      const isOurs = resolved.url.startsWith(PROJECT) && !resolved.url.startsWith(LIBRARIES);
      if (fault === null || !isOurs || faultOf(resolved.url) !== null) return resolved;
      return { ...resolved, url: `${resolved.url}?fault=${fault}` };
    },
    load(url, context, nextLoad) {
      const fault = faultOf(url);
      const mutation = fault === null ? undefined : MUTATIONS[fault];
      const [plain = url] = url.split("?");
      if (fault === null || mutation === undefined || plain !== new URL(mutation.file, PROJECT).href) {
        return nextLoad(url, context);
      }
      const source = applyMutation(fault, readFileSync(join(import.meta.dirname, "../../..", mutation.file), "utf8"));
      return { format: "module-typescript", source, shortCircuit: true };
    },
  });
}

function faultOf(url: string | undefined): number | null {
  const found = /\?fault=(\d+)$/.exec(url ?? "")?.[1];
  return found === undefined ? null : Number(found);
}
