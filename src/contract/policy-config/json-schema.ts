/** The JSON Schema of `policy-config.yaml`, for editors and for suggestions. */
import { z } from "zod";
import type { Path } from "./document.ts";
import { policyConfigSchema } from "./schema.ts";

/** JSON Schema 2020-12 of what may be written. */
export function policyConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(policyConfigSchema, { io: "input", unrepresentable: "any" });
}

let known: z.core.JSONSchema.BaseSchema | null = null;

/** The keys that may stand at a path. */
export function keysAt(path: Path): readonly string[] {
  known ??= policyConfigJsonSchema();
  const root = known;
  const at = path.reduce<z.core.JSONSchema._JSONSchema | undefined>((schema, part) => {
    const { properties, items } = resolve(root, schema);
    if (typeof part === "string") return properties?.[part];
    return Array.isArray(items) ? items[0] : items;
  }, root);
  return Object.keys(resolve(root, at).properties ?? {});
}

/** Schemas with an id are references. */
function resolve(
  root: z.core.JSONSchema.BaseSchema,
  schema: z.core.JSONSchema._JSONSchema | undefined,
): z.core.JSONSchema.BaseSchema {
  if (typeof schema !== "object") return {};
  const name = schema.$ref?.split("/").at(-1);
  if (name === undefined) return schema;
  return resolve(root, root.$defs?.[name]);
}
