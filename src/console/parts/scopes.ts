/** What applications can be allowed (docs/oauth.md). */
import type { Wire } from "../api/client.ts";

export type Scope = Wire<"OAuthClient">["scopes"][number];

export const SCOPES = ["inference", "models:read", "wallet:read", "spend:read"] as const satisfies readonly Scope[];

export const SCOPE_MEANINGS = {
  inference: "send requests, which its user pays for",
  "models:read": "see which models its user may use",
  "wallet:read": "see its user's balance",
  "spend:read": "see what its user's requests cost",
} as const satisfies Record<Scope, string>;
