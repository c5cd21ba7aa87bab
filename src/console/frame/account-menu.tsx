/** Who is signed in, and the way out. */
import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconLogout, IconShieldLock, IconUser } from "@tabler/icons-react";
import { useRef } from "react";
import { useSession } from "../api/session.ts";

export function AccountMenu() {
  const { user } = useSession();
  const signOut = useRef<HTMLFormElement>(null);
  return (
    <>
      <form ref={signOut} method="post" action="/sign-out" hidden />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label="Account">
            <IconUser size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--mantine-color-text)">
              {user.name}
            </Text>
            {user.email}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item component="a" href="/account" leftSection={<IconShieldLock size={16} aria-hidden />}>
            Passkeys, sessions, password
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.current?.submit()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
