/** An instant in the viewer's zone; its title has it in UTC. */
import { formatTime } from "./format.ts";

export function Time({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at} style={{ whiteSpace: "nowrap" }}>
      {formatTime(at)}
    </time>
  );
}
