/** Which organization the console shows; a menu only for those who have several, or may make one. */
import { Button, Menu, Text } from "@mantine/core";
import { IconCheck, IconPlus, IconSelector } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { keepOrganizationId } from "../api/organization-choice.ts";
import { useOrganization, useSession } from "../api/session.ts";

export function OrganizationMenu() {
  const { organizations, new_organizations: made } = useSession();
  const chosen = useOrganization();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  if (chosen === null) return null;
  if (organizations.length === 1 && made.left === 0) return <Text truncate>{chosen.name}</Text>;

  // The page's filters name things of the organization that is left.
  const choose = async (id: string): Promise<void> => {
    keepOrganizationId(id);
    await navigate({ to: "/" });
    // Conversations are apart for each organization already, and answers may be on their way to them.
    await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== "conversations" });
  };
  return (
    <Menu width="target" position="bottom-start">
      <Menu.Target>
        <Button variant="default" rightSection={<IconSelector size={16} aria-hidden />} maw={260}>
          <Text truncate>{chosen.name}</Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown miw={200}>
        <Menu.Label>Organization</Menu.Label>
        {organizations.map(({ id, name }) => (
          <Menu.Item
            key={id}
            rightSection={id === chosen.id ? <IconCheck size={16} aria-label="shown" /> : null}
            onClick={() => void choose(id)}
          >
            {name}
          </Menu.Item>
        ))}
        {made.left === 0 ? null : (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => void navigate({ to: "/organizations/new" })}
            >
              New organization
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
