/** The pages that the person has something to do on, in groups that open and close; the browser remembers which. */
import { NavLink, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Link, useRouterState } from "@tanstack/react-router";
import { useOrganization, useSession } from "../api/session.ts";
import { NAVIGATION, type NavigationEntry, type NavigationGroup } from "./navigation.ts";

interface SidebarProps {
  readonly onNavigate: () => void;
}

export function Sidebar({ onNavigate }: SidebarProps) {
  const organization = useOrganization();
  const { platform_admin: isAdministrator } = useSession();
  const shows = ({ needs }: NavigationEntry): boolean => {
    if (needs === "platform_admin") return isAdministrator;
    return organization !== null && (needs === null || organization.capabilities.includes(needs));
  };
  return NAVIGATION.map((group) => {
    const entries = group.entries.filter(shows);
    if (entries.length === 0) return null;
    return <SidebarGroup key={group.label} of={{ ...group, entries }} onNavigate={onNavigate} />;
  });
}

/** Whether the address is the entry's page, or one below it. */
function isAt({ to }: NavigationEntry, path: string): boolean {
  return path === to || (to !== "/" && path.startsWith(`${to}/`));
}

function SidebarGroup({ of, onNavigate }: SidebarProps & { readonly of: NavigationGroup }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [chosen, choose] = useLocalStorage<"open" | "closed" | null>({
    key: `keeptrusts-navigation-${of.label}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const begins = !of.beginsClosed || of.entries.some((entry) => isAt(entry, path));
  const isOpen = chosen === null ? begins : chosen === "open";
  return (
    <NavLink
      component="button"
      label={
        <Text component="span" size="xs" fw={600} c="dimmed">
          {of.label}
        </Text>
      }
      childrenOffset={0}
      opened={isOpen}
      onChange={(opened) => choose(opened ? "open" : "closed")}
      aria-expanded={isOpen}
    >
      {of.entries.map((entry) => (
        <NavLink
          key={entry.to}
          renderRoot={(props) => <Link to={entry.to} {...props} />}
          label={entry.label}
          leftSection={<entry.icon size={18} aria-hidden />}
          py={6}
          active={isAt(entry, path)}
          aria-current={path === entry.to ? "page" : undefined}
          onClick={onNavigate}
        />
      ))}
    </NavLink>
  );
}
