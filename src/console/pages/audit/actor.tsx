/** Who did something, by name where the organization knows one. */
import { useNames } from "../../api/names.ts";

export function Actor({ id }: { readonly id: string }) {
  const nameOfUser = useNames("user");
  const nameOfKey = useNames("key");
  if (id.startsWith("mem_")) return nameOfUser(id);
  if (id.startsWith("key_")) return `key ${nameOfKey(id)}`;
  if (id === "platform_admin") return "the platform's token";
  return id;
}
