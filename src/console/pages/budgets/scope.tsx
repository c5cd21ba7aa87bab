/** Whose spend a budget counts. */
import { useNames } from "../../api/names.ts";
import type { Budget } from "./queries.ts";

type Scope = Budget["scope"];

export const SCOPE_NAMES = {
  organization: "The organization",
  team: "Team",
  user: "Member",
  service_user: "Service user",
  agent: "Agent",
  key: "Key",
  model: "Model",
  tag: "Tag",
} as const satisfies Record<Scope["type"], string>;

export function ScopeText({ of: { type, id } }: { readonly of: Scope }) {
  const names = {
    team: useNames("team"),
    user: useNames("user"),
    service_user: useNames("service_user"),
    agent: useNames("agent"),
    key: useNames("key"),
  };
  if (id === null) return SCOPE_NAMES[type];
  const name = type === "organization" || type === "model" || type === "tag" ? id : names[type](id);
  return `${SCOPE_NAMES[type]} ${name}`;
}
