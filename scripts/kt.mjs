#!/usr/bin/env node
// The `kt` command, on the pinned Node; paths stay relative to where it was called.
process.env.KT_WORKING_DIRECTORY = process.cwd();
process.argv.splice(2, 0, "src/cli/main.ts");
await import("./run.mjs");
