/** Header, sidebar and the page. */
import { AppShell, Burger, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useOrganization, useSession, type SessionOrganization } from "../api/session.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { PageLink } from "../parts/page-link.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ColorSchemeButton } from "./color-scheme-button.tsx";
import { NotificationBell } from "./notification-bell.tsx";
import { OrganizationMenu } from "./organization-menu.tsx";
import { Sidebar } from "./sidebar.tsx";

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
            {organization === null ? null : <NotificationBell />}
            <ColorSchemeButton />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages of the console" component="nav">
        <AppShell.Section grow p="xs" style={{ overflowY: "auto" }}>
          <Sidebar onNavigate={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {/* Another organization, another page: nothing of the first may stay on the screen. */}
        <Page organization={organization} />
      </AppShell.Main>
    </AppShell>
  );
}

/** Addresses that are about no organization that one is in already. */
const WITHOUT_ORGANIZATION = /^\/(platform|organizations)\//;

function Page({ organization }: { readonly organization: SessionOrganization | null }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (WITHOUT_ORGANIZATION.test(path)) return <Outlet />;
  if (organization === null) return <NoOrganization />;
  if (organization.status === "suspended") return <Suspended name={organization.name} />;
  return <Outlet key={organization.id} />;
}

function NoOrganization() {
  const { left } = useSession().new_organizations;
  return (
    <EmptyState
      title="You are a member of no organization yet"
      action={
        <PageLink to="/organizations/new">{left > 0 ? "Make an organization" : "Why can I not make one?"}</PageLink>
      }
    >
      Ask an administrator to invite you with the e-mail address that you signed in with, then reload this page.
      {left > 0 ? " Or make an organization of your own." : ""} Whoever runs this gateway can{" "}
      <PageLink to="/platform/claim" underline="always">
        claim the platform role
      </PageLink>
      .
    </EmptyState>
  );
}

function Suspended({ name }: { readonly name: string }) {
  return (
    <EmptyState title={`${name} is suspended`}>
      Nobody reaches it, and its keys are refused. Whoever runs this gateway can reactivate it; money and records stay.
    </EmptyState>
  );
}
