/** What was decided about a request. */
import { Badge } from "@mantine/core";
import type { Wire } from "../../api/client.ts";

export function Decision({ of }: { readonly of: Wire<"Event">["decision"] }) {
  return (
    <Badge variant="dot" color={of === "allow" ? "green" : "red"} tt="none">
      {of === "allow" ? "allowed" : "denied"}
    </Badge>
  );
}
