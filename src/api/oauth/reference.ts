/** The OAuth endpoints in the API reference. */
import { z } from "zod";
import { jsonContent } from "../route-reference.ts";
import type { Api } from "../route.ts";

const TAG = "OAuth";

const failureSchema = z
  .strictObject({
    error: z.string().meta({ example: "invalid_grant" }),
    error_description: z.string(),
  })
  .meta({ id: "OAuthFailure" });

const tokenSchema = z
  .strictObject({
    access_token: z.string().meta({ description: "`kt_at_…`" }),
    token_type: z.literal("Bearer"),
    expires_in: z.int().meta({ description: "Seconds.", example: 900 }),
    refresh_token: z.string().meta({ description: "`kt_rt_…`; good once." }),
    scope: z.string().meta({ example: "inference models:read" }),
  })
  .meta({ id: "OAuthTokens" });

const userinfoSchema = z
  .strictObject({
    sub: z.string().meta({ description: "The member's id." }),
    name: z.string(),
    organization_id: z.string(),
    client_id: z.string(),
    scope: z.string(),
  })
  .meta({ id: "OAuthUserinfo" });

const pageContent = { "text/html": { schema: z.string() } };
const formContent = <S extends z.ZodType>(schema: S) => ({
  body: { required: true, content: { "application/x-www-form-urlencoded": { schema } } },
});

const refusals = (statuses: Readonly<Record<number, string>>) =>
  Object.fromEntries(
    Object.entries(statuses).map(([status, description]) => [
      status,
      { description, content: jsonContent(failureSchema) },
    ]),
  );

const UNAVAILABLE = "The ledger cannot be reached. Nothing was used up.";
const clientFields = { client_id: z.string().optional(), client_secret: z.string().optional() };

/** Describes them beside the routes of the control plane. */
export function describeOAuth({ openAPIRegistry: registry }: Api): void {
  describeAskForConsent(registry);
  describeDecision(registry);
  describeToken(registry);
  describeRevoke(registry);
  describeReads(registry);
}

type Registry = Api["openAPIRegistry"];

function describeAskForConsent(registry: Registry): void {
  registry.registerPath({
    method: "get",
    path: "/v1/oauth/authorize",
    summary: "Ask a user for consent",
    description:
      "Shows a form to the signed-in user; whoever is not signed in is sent there first. RFC 6749, 7636, 9207.",
    tags: [TAG],
    security: [],
    request: {
      query: z.object({
        response_type: z.literal("code"),
        client_id: z.string(),
        redirect_uri: z.string().meta({ description: "One that is registered, to the letter." }),
        code_challenge: z.string(),
        code_challenge_method: z.literal("S256"),
        scope: z.string().optional().meta({ description: "Without it all that the client may ask for." }),
        state: z.string().max(2_048).optional(),
      }),
    },
    responses: {
      200: { description: "The consent page.", content: pageContent },
      302: { description: "To the sign-in page, or back to the application with `error`." },
      ...refusals({ 400: "Unknown client, address that is not registered, or no S256 challenge. Never redirected." }),
    },
  });
}

function describeDecision(registry: Registry): void {
  registry.registerPath({
    method: "post",
    path: "/v1/oauth/authorize",
    summary: "Decide about a consent",
    description: "What the consent page's form sends.",
    tags: [TAG],
    security: [],
    request: formContent(
      z.object({
        consent: z.string(),
        decision: z.enum(["approve", "deny"]),
        spend_cap: z.string().optional(),
        spend_cap_window: z.enum(["daily", "weekly", "monthly"]).optional(),
      }),
    ),
    responses: {
      303: { description: "Back to the application with `code` or `error`, `state` and `iss`." },
      ...refusals({
        400: "Decided already, too old, or incomplete.",
        401: "Not signed in.",
        403: "From another site.",
      }),
    },
  });
}

function describeToken(registry: Registry): void {
  registry.registerPath({
    method: "post",
    path: "/v1/oauth/token",
    summary: "Exchange a code or a refresh token",
    description: "A confidential client authenticates by HTTP Basic or `client_secret`.",
    tags: [TAG],
    security: [],
    request: formContent(
      z.object({
        grant_type: z.enum(["authorization_code", "refresh_token"]),
        ...clientFields,
        code: z.string().optional(),
        redirect_uri: z.string().optional(),
        code_verifier: z.string().optional(),
        refresh_token: z.string().optional(),
        scope: z.string().optional().meta({ description: "Fewer than were consented, for this access token." }),
      }),
    ),
    responses: {
      200: { description: "New tokens.", content: jsonContent(tokenSchema) },
      ...refusals({ 400: "RFC 6749 §5.2.", 401: "`invalid_client`", 503: UNAVAILABLE }),
    },
  });
}

function describeRevoke(registry: Registry): void {
  registry.registerPath({
    method: "post",
    path: "/v1/oauth/revoke",
    summary: "Revoke a token",
    description: "RFC 7009. A refresh token goes with all that its consent gave.",
    tags: [TAG],
    security: [],
    request: formContent(z.object({ token: z.string(), token_type_hint: z.string().optional(), ...clientFields })),
    responses: {
      200: { description: "The token is no good any more.", content: jsonContent(z.strictObject({})) },
      ...refusals({ 400: "No token, or one of another client.", 401: "`invalid_client`", 503: UNAVAILABLE }),
    },
  });
}

function describeReads(registry: Registry): void {
  registry.registerPath({
    method: "get",
    path: "/v1/oauth/userinfo",
    summary: "Get the user of an access token",
    tags: [TAG],
    security: [{ bearer: [] }],
    responses: {
      200: { description: "Whom it acts for.", content: jsonContent(userinfoSchema) },
      ...refusals({ 401: "Missing, expired or revoked.", 503: UNAVAILABLE }),
    },
  });
  registry.registerPath({
    method: "get",
    path: "/.well-known/oauth-authorization-server",
    summary: "Get the server's metadata",
    description: "RFC 8414.",
    tags: [TAG],
    security: [],
    responses: { 200: { description: "Metadata.", content: jsonContent(z.record(z.string(), z.unknown())) } },
  });
}
