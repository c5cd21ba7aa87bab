/** The roles of members, and what each may do (docs/roles.md). */
import type { Wire } from "../../api/client.ts";

export type Role = Wire<"Member">["role"];

export const ROLES = ["owner", "admin", "billing_admin", "member"] as const satisfies readonly Role[];

export const ROLE_NAMES = {
  owner: "Owner",
  admin: "Admin",
  billing_admin: "Billing admin",
  member: "Member",
} as const satisfies Record<Role, string>;

export const ROLE_MEANINGS = {
  owner: "May do everything. An organization always keeps one owner.",
  admin: "May do everything, as an owner.",
  billing_admin: "Sees everything, moves money, sets budgets and wallet settings.",
  member: "Sees and does what is their own.",
} as const satisfies Record<Role, string>;

export const ROLE_OPTIONS = ROLES.map((value) => ({ value, label: ROLE_NAMES[value] }));
