/** Header, sidebar and the page. */
import { AppShell, Burger, Group, NavLink, ScrollArea, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Fragment } from "react";
import { useOrganization, useSession } from "../api/session.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ColorSchemeButton } from "./color-scheme-button.tsx";
import { NAVIGATION, type NavigationEntry } from "./navigation.ts";
import { OrganizationMenu } from "./organization-menu.tsx";

export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const organization = useOrganization();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "sm", sm: "lg" }}
    >
      <a href="#content" className="skip-link">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label="Navigation"
            aria-expanded={opened}
          />
          <Text fw={700} visibleFrom="sm">
            Keeptrusts Edge
          </Text>
          <OrganizationMenu />
          <Group ml="auto" gap="xs" wrap="nowrap">
            <ColorSchemeButton />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages of the console" component="nav">
        <AppShell.Section grow component={ScrollArea} p="xs">
          <Navigation onNavigate={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {/* Another organization, another page: nothing of the first may stay on the screen. */}
        {organization === null ? <NoOrganization /> : <Outlet key={organization.id} />}
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const organization = useOrganization();
  const { platform_admin: isAdministrator } = useSession();
  const shows = (needs: NavigationEntry["needs"]): boolean => {
    if (needs === "platform_admin") return isAdministrator;
    return organization !== null && (needs === null || organization.capabilities.includes(needs));
  };
  return NAVIGATION.map((group) => {
    const entries = group.entries.filter(({ needs }) => shows(needs));
    if (entries.length === 0) return null;
    return (
      <Fragment key={group.label}>
        <Text size="xs" fw={600} c="dimmed" px="sm" pt="md" pb={4}>
          {group.label}
        </Text>
        {entries.map(({ label, to, icon: EntryIcon }) => (
          <NavLink
            key={label}
            renderRoot={(props) => <Link to={to} {...props} />}
            label={label}
            leftSection={<EntryIcon size={18} aria-hidden />}
            active={to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`)}
            aria-current={path === to ? "page" : undefined}
            onClick={onNavigate}
          />
        ))}
      </Fragment>
    );
  });
}

function NoOrganization() {
  return (
    <EmptyState title="You are a member of no organization yet">
      Ask an administrator to add you with the e-mail address that you signed in with, then reload this page.
    </EmptyState>
  );
}
