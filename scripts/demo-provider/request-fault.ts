/** What both providers refuse before they look at the rest of a request. */
import type { IncomingMessage } from "node:http";
import { refuse, type Refusal } from "./answer.ts";
import { readText, type JsonObject } from "./json.ts";

export interface ProviderKeys {
  readonly openai: string;
  readonly anthropic: string;
}

/** The right header for the provider, and never a credential of the gateway's callers. */
export function findAuthFault(
  request: IncomingMessage,
  provider: "openai" | "anthropic",
  keys: ProviderKeys | null,
): Refusal | null {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
  const apiKey = request.headers["x-api-key"];
  const presented = provider === "openai" ? bearer : typeof apiKey === "string" ? apiKey : bearer;
  if (presented === null || presented.startsWith("kt_")) return refuse(401, "");
  if (keys !== null && presented !== keys[provider]) return refuse(401, "");
  if (provider === "anthropic" && request.headers["anthropic-version"] === undefined) {
    return refuse(400, "anthropic-version: header is required");
  }
  return null;
}

/** A missing model, one of the other provider, or one whose name starts with `unknown`. */
export function findModelFault(body: JsonObject, provider: "openai" | "anthropic"): Refusal | null {
  const model = readText(body["model"]);
  if (model === null || model === "") {
    return provider === "openai"
      ? refuse(400, "you must provide a model parameter", "model")
      : refuse(400, "model: Field required");
  }
  const foreign = provider === "openai" ? /^(claude|unknown)/ : /^(gpt|o\d|unknown)/;
  if (!foreign.test(model)) return null;
  return provider === "openai"
    ? refuse(404, `The model \`${model}\` does not exist or you do not have access to it.`, null, "model_not_found")
    : refuse(404, `model: ${model}`);
}
