/** How many notifications nobody has read yet, and the way to them. */
import { ActionIcon, Indicator } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MAX_UNREAD, unreadQuery } from "../api/notifications.ts";

export function NotificationBell() {
  const { data: unread } = useQuery(unreadQuery);
  const count = unread?.length ?? 0;
  const shown = count > MAX_UNREAD ? `${MAX_UNREAD}+` : String(count);
  return (
    <Indicator label={shown} size={18} color="red.9" disabled={count === 0}>
      <ActionIcon
        variant="default"
        size="lg"
        renderRoot={(props) => <Link to="/notifications" {...props} />}
        aria-label={count === 0 ? "Notifications" : `Notifications, ${shown} unread`}
      >
        <IconBell size={18} aria-hidden />
      </ActionIcon>
    </Indicator>
  );
}
