/** Whether the person may use a model. */
import { Badge } from "@mantine/core";

export function ReachBadge({ allowed }: { readonly allowed: boolean }) {
  return (
    <Badge variant="dot" color={allowed ? "green" : "red"} tt="none">
      {allowed ? "yes" : "no"}
    </Badge>
  );
}
