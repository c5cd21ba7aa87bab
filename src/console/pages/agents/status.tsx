/** Whether requests of an agent are served, and what changes it. */
import { ActionIcon, Badge, Menu } from "@mantine/core";
import { IconBan, IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api, read } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import type { Agent } from "./queries.ts";

const COLORS = { active: "green", paused: "orange", disabled: "red" } as const satisfies Record<
  Agent["status"],
  string
>;

export function AgentStatus({ of }: { readonly of: Agent["status"] }) {
  return (
    <Badge variant="dot" color={COLORS[of]} tt="none">
      {of}
    </Badge>
  );
}

export function AgentMenu({ of }: { readonly of: Agent }) {
  const mayChange = useMay("agents:write");
  const navigate = useNavigate();
  const { submit: setStatus } = useChange({
    change: async (status: Agent["status"], headers) =>
      read(api.PATCH("/v1/agents/{id}", { params: { path: { id: of.id } }, body: { status }, headers })),
    invalidates: [["agents"]],
    done: `The status of “${of.name}” is changed.`,
  });
  const { submit: remove } = useChange({
    change: async (id: string, headers) => {
      const deleted = await read(api.DELETE("/v1/agents/{id}", { params: { path: { id } }, headers }));
      await navigate({ to: "/agents" });
      return deleted;
    },
    invalidates: [
      ["agents", "list"],
      ["agents", "names"],
    ],
    done: `“${of.name}” is deleted.`,
  });
  if (!mayChange) return "–";
  const askToDisable = (): void =>
    confirmChange({
      title: `Disable “${of.name}”?`,
      consequence: "Its requests are refused from now on; those under way end as usual. It can be made active again.",
      verb: "Disable",
      onConfirm: () => setStatus("disabled"),
    });
  const askToDelete = (): void =>
    confirmChange({
      title: `Delete “${of.name}”?`,
      consequence:
        "Its constraints go with it, and requests that still name it are refused. Its spend stays in the logs.",
      verb: "Delete",
      onConfirm: () => remove(of.id),
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${of.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {of.status === "active" ? null : (
          <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => setStatus("active")}>
            Make active
          </Menu.Item>
        )}
        {of.status === "paused" ? null : (
          <Menu.Item leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => setStatus("paused")}>
            Pause
          </Menu.Item>
        )}
        {of.status === "disabled" ? null : (
          <Menu.Item leftSection={<IconBan size={16} aria-hidden />} onClick={askToDisable}>
            Disable
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askToDelete}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
