/** Configurations of gateways on the wire (contract: Declarative config). */
import { z } from "zod";
import { timeTextSchema } from "./amount.ts";
import { numberedListQuerySchema } from "./wallet-api.ts";

/** Versions with a text that a gateway keeps. None is ever dropped: what is over is refused. */
export const MAX_CONFIG_VERSIONS = 1_000;

export const CONFIG_TYPES = ["application/yaml", "text/yaml"] as const;

const versionTextSchema = z
  .string()
  .regex(/^\d{1,9}$/, "expected the number of a version")
  .transform(Number);

/** What keeps two people from overwriting each other unseen. */
export const expectedVersionQuerySchema = z.strictObject({
  expected_version: versionTextSchema.optional().meta({
    description:
      "The version that this was made from, 0 for none: when another one is in force, nothing is changed (409 `version_conflict`).",
  }),
});

const versionShape = {
  gateway_id: z.string(),
  version: z.int().meta({ description: "1, 2, 3 …; the highest is in force. 0: there never was one." }),
  pack: z
    .strictObject({ name: z.string(), version: z.string() })
    .nullable()
    .meta({ description: "Null: this version has no configuration." }),
  rolled_back_from: z.int().nullable().meta({ description: "The version whose text this one brought back." }),
  actor: z.string().nullable().meta({ description: "`key_…`; null where there never was a version." }),
  created_at: timeTextSchema.nullable(),
};

/** In lists: without its text. */
export const configVersionSchema = z
  .strictObject({ ...versionShape, size_bytes: z.int().meta({ description: "Of the text; 0: there is none." }) })
  .meta({ id: "GatewayConfigVersion" });

const yamlSchema = z
  .string()
  .nullable()
  .meta({ description: "The text as it was sent. Null: the gateway has no configuration in this version." });

export const gatewayConfigSchema = z.strictObject({ ...versionShape, yaml: yamlSchema }).meta({ id: "GatewayConfig" });

const remarkSchema = z
  .strictObject({ code: z.string(), path: z.string(), line: z.int(), column: z.int(), message: z.string() })
  .meta({ id: "ConfigRemark", example: { code: "W001", path: "", line: 1, column: 1, message: "…" } });

const lintErrorSchema = z
  .strictObject({
    ...remarkSchema.shape,
    suggestion: z.string().optional().meta({ description: "What was probably meant." }),
  })
  .meta({ id: "ConfigError" });

/** As `kt policy lint --json` prints it. */
export const configReportSchema = z
  .strictObject({
    valid: z.boolean(),
    pack: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
    chain: z.array(z.string()),
    errors: z.array(lintErrorSchema).meta({ description: "In the order of the lines." }),
    warnings: z.array(remarkSchema),
  })
  .meta({ id: "ConfigReport" });

export const deployedConfigSchema = z
  .strictObject({
    ...versionShape,
    changed: z.boolean().meta({ description: "False: this was in force already, and no version was made." }),
    warnings: z.array(remarkSchema),
  })
  .meta({ id: "DeployedGatewayConfig" });

export const rollbackSchema = z
  .strictObject({ version: z.int().min(1).meta({ description: "Whose text becomes that of a new version." }) })
  .meta({ id: "ConfigRollback", example: { version: 3 } });

export const configVersionsQuerySchema = numberedListQuerySchema;

export const configVersionParams = z.strictObject({ id: z.string(), version: versionTextSchema });
