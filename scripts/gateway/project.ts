/** Where things are in this repository. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const PROJECT_DIR = fileURLToPath(new URL("../..", import.meta.url));

/** Resolves what wrangler itself depends on, so that the local runtime is exactly wrangler's. */
export const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
