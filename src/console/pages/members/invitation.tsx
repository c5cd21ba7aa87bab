/** What became of a member's invitation. */
import { Badge } from "@mantine/core";
import type { Wire } from "../../api/client.ts";

type Status = Wire<"Invitation">["status"];

const LOOKS = {
  none: { color: "gray", text: "not invited" },
  pending: { color: "blue", text: "on its way" },
  sent: { color: "blue", text: "invited" },
  failed: { color: "red", text: "not delivered" },
  accepted: { color: "green", text: "joined" },
} as const satisfies Record<Status, { color: string; text: string }>;

export const INVITATION_MEANINGS = {
  none: "Nobody was mailed. Whoever signs up with this address is this member.",
  pending: "The mail is being sent.",
  sent: "The mail was taken. The person has not signed in with this address yet.",
  failed: "The mail was not taken. Check the address, and invite again.",
  accepted: "The person has signed in with this address.",
} as const satisfies Record<Status, string>;

export function InvitationBadge({ of }: { readonly of: Status }) {
  const { color, text } = LOOKS[of];
  return (
    <Badge variant="dot" color={color} tt="none">
      {text}
    </Badge>
  );
}
