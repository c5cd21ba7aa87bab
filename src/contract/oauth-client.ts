/** Applications that users may let act for them, on the wire (docs/oauth.md). */
import { z } from "zod";
import { OAUTH_SCOPES } from "../core/oauth-family.ts";
import { findRedirectUriProblem, MAX_REDIRECT_URI_LENGTH } from "../core/redirect-uri.ts";
import { timeTextSchema } from "./amount.ts";
import { nameSchema } from "./organization.ts";

export const MAX_OAUTH_CLIENTS = 100;

const redirectUriSchema = z
  .string()
  .min(1)
  .max(MAX_REDIRECT_URI_LENGTH)
  .superRefine((uri, context) => {
    const problem = findRedirectUriProblem(uri);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  })
  .meta({
    description: "https, http on the user's own machine, or a private-use scheme with a dot. Compared to the letter.",
    example: "https://editor.example/callback",
  });

export const redirectUrisSchema = z.array(redirectUriSchema).min(1).max(20);
export const scopesSchema = z
  .array(z.enum(OAUTH_SCOPES))
  .min(1)
  .max(OAUTH_SCOPES.length)
  .meta({ description: "The most that it may ask for." });

export const OAUTH_CLIENT_TYPES = ["public", "confidential"] as const;

const typeSchema = z.enum(OAUTH_CLIENT_TYPES).meta({
  description: "`public` runs where its users can read it, and has no secret; `confidential` runs on a server.",
});

export const oauthClientSchema = z
  .strictObject({
    id: z.string().meta({ example: "ocl_01k9m3v7x2c4d6f8h0j2k4m6n8" }),
    client_id: z.string().meta({ description: "The same as `id`, by the name that the protocol has for it." }),
    name: z.string(),
    type: typeSchema,
    redirect_uris: z.array(z.string()),
    scopes: scopesSchema,
    created_at: timeTextSchema,
  })
  .meta({ id: "OAuthClient" });

export type OAuthClientWire = z.input<typeof oauthClientSchema>;

export const newOAuthClientAnswerSchema = oauthClientSchema
  .extend({
    client_secret: z.string().optional().meta({ description: "Of a confidential client; shown once, never stored." }),
  })
  .meta({ id: "OAuthClientWithSecret" });

export const newOAuthClientSchema = z
  .strictObject({
    name: nameSchema.meta({ description: "What users see when they are asked." }),
    type: typeSchema,
    redirect_uris: redirectUrisSchema,
    scopes: scopesSchema.default([...OAUTH_SCOPES]),
  })
  .meta({
    id: "NewOAuthClient",
    example: {
      name: "Editor",
      type: "public",
      redirect_uris: ["https://editor.example/callback"],
      scopes: ["inference", "models:read"],
    },
  });

export const oauthClientPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    redirect_uris: redirectUrisSchema.optional(),
    scopes: scopesSchema.optional(),
  })
  .meta({ id: "OAuthClientPatch", example: { redirect_uris: ["https://editor.example/signed-in"] } });
