/** Model traffic in the API reference. `src/proxy` serves it; nothing here runs when it does. */
import { z } from "zod";
import {
  anthropicFailureSchema,
  anthropicFundsFailureSchema,
  failureSchema,
  fundsFailureSchema,
} from "../contract/failure-body.ts";
import {
  chatRequestSchema,
  countTokensAnswerSchema,
  countTokensRequestSchema,
  messagesRequestSchema,
  modelAnswerSchema,
  modelListAnswerSchema,
  providerAnswerSchema,
  providerEventsSchema,
  responsesRequestSchema,
} from "../contract/model-traffic.ts";
import {
  countTokensHeaders,
  dialectHeaders,
  modelAnswerHeaders,
  modelRequestHeaders,
  trafficHeaders,
} from "../contract/request-headers.ts";
import { idParams, jsonContent } from "./route-reference.ts";
import type { Api } from "./route.ts";

const TAG = "Model traffic";
const SECURITY = [{ bearer: [] }, { apiKey: [] }, { session: [] }];
const NEEDS = "Needs a gateway key, or a session, which is charged as a key of its member without a team.";
const UNCHANGED =
  "The provider's own refusals pass unchanged, except those about the gateway's own account, which are 502.";

const REFUSALS: Readonly<Record<number, string>> = {
  400: "The body cannot be read or held: `param` names the field. Also: the model has no price.",
  401: "The key is missing, unknown, expired, revoked, or not of the type that the route needs, and nobody is signed in.",
  402: "No wallet of the caller covers the request. Send the ticket once there is money, or ask for less.",
  403: "The caller may not use the model or the identity that it names, the organization is suspended, or another site sent the session's cookie.",
  404: "The caller has no such model on this endpoint, or no such stored response.",
  413: "The body is larger than `MAX_BODY_BYTES`.",
  429: "The provider's own limit; with `x-should-retry: false`, one of the agent that the request names.",
  500: "A fault of this gateway. Nothing is charged.",
  502: "The provider could not be reached, ended early, or refused this gateway's account.",
  503: "The ledger cannot be reached, or an exchange rate is missing. Nothing was sent.",
  504: "The provider did not answer in time.",
};

type Dialect = "openai" | "anthropic";
type FailureSchemas = Readonly<Record<"failure" | "funds", z.ZodType>>;

const FAILURES: Readonly<Record<Dialect, FailureSchemas>> = {
  openai: { failure: failureSchema, funds: fundsFailureSchema },
  anthropic: { failure: anthropicFailureSchema, funds: anthropicFundsFailureSchema },
};

/** Where the caller's headers choose the dialect. */
const EITHER: FailureSchemas = {
  failure: z.union([failureSchema, anthropicFailureSchema]),
  funds: z.union([fundsFailureSchema, anthropicFundsFailureSchema]),
};

/** Describes every path of model traffic beside the routes of the control plane. */
export function describeModelTraffic(api: Api): void {
  const description = `Held before it is sent, settled to the last token. ${UNCHANGED}\n\n${NEEDS}`;
  describeMetered(api, {
    path: "/v1/chat/completions",
    summary: "Chat completions",
    description,
    body: chatRequestSchema,
    dialect: "openai",
  });
  describeMetered(api, {
    path: "/v1/responses",
    summary: "Responses",
    description: `Background mode is refused. ${description}`,
    body: responsesRequestSchema,
    dialect: "openai",
  });
  describeMetered(api, {
    path: "/v1/messages",
    summary: "Messages",
    description,
    body: messagesRequestSchema,
    dialect: "anthropic",
  });
  describeCountTokens(api);
  describeModels(api);
}

interface MeteredSpec {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly body: z.ZodType;
  readonly dialect: Dialect;
}

function describeMetered(api: Api, { body, dialect, ...spec }: MeteredSpec): void {
  api.openAPIRegistry.registerPath({
    method: "post",
    ...spec,
    tags: [TAG],
    security: SECURITY,
    request: { headers: modelRequestHeaders, body: { required: true, content: jsonContent(body) } },
    responses: {
      200: {
        description: spec.summary,
        headers: modelAnswerHeaders,
        content: { ...jsonContent(providerAnswerSchema), "text/event-stream": { schema: providerEventsSchema } },
      },
      ...refusals([400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 504], FAILURES[dialect]),
    },
  });
}

function describeCountTokens(api: Api): void {
  api.openAPIRegistry.registerPath({
    method: "post",
    path: "/v1/messages/count_tokens",
    summary: "Count a message's tokens",
    description: `Costs nothing and holds nothing; limits of requests (\`rpm\`) count it. ${UNCHANGED}\n\n${NEEDS}`,
    tags: [TAG],
    security: SECURITY,
    request: {
      headers: countTokensHeaders,
      body: { required: true, content: jsonContent(countTokensRequestSchema) },
    },
    responses: {
      200: { description: "The count", headers: trafficHeaders, content: jsonContent(countTokensAnswerSchema) },
      ...refusals([400, 401, 403, 404, 413, 429, 502, 503, 504], FAILURES.anthropic),
    },
  });
}

function describeModels(api: Api): void {
  const shared = { method: "get" as const, tags: [TAG], security: SECURITY };
  api.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/models",
    summary: "List the models that the caller may use",
    description: "All of them, on one page.\n\nNeeds any valid key, or a session.",
    request: { headers: dialectHeaders },
    responses: {
      200: { description: "The models", headers: trafficHeaders, content: jsonContent(modelListAnswerSchema) },
      ...refusals([401, 403, 503], EITHER),
    },
  });
  api.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/models/{id}",
    summary: "Get a model that the caller may use",
    description: "By its name or an alias.\n\nNeeds any valid key, or a session.",
    request: { headers: dialectHeaders, params: idParams },
    responses: {
      200: { description: "The model", headers: trafficHeaders, content: jsonContent(modelAnswerSchema) },
      ...refusals([401, 403, 404, 503], EITHER),
    },
  });
}

function refusals(statuses: readonly number[], schemas: FailureSchemas) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: REFUSALS[status] ?? "",
        headers: trafficHeaders,
        content: jsonContent(status === 402 ? schemas.funds : schemas.failure),
      },
    ]),
  );
}
