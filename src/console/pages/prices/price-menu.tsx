/** What can be done with a period of the price book. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconCalendarPlus, IconDots, IconPencil, IconPlayerStop } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import type { StoredPrice } from "./queries.ts";

export function PriceMenu({ of }: { readonly of: StoredPrice }) {
  const navigate = useNavigate();
  const { submit: end } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/admin/model-pricing/{id}", { params: { path: { id } }, headers })),
    invalidates: [["prices", "list"], ["models"]],
    done: `The price of ${of.model} is taken away.`,
  });
  const askToEnd = (): void =>
    confirmChange({
      title: `End the price of ${of.model}?`,
      consequence:
        "A running period ends now, and one that has not begun is removed. Without a price in force the model is refused. What was settled stays as it was.",
      verb: "End",
      onConfirm: () => end(of.id),
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${of.model}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/prices/$id", params: { id: of.id } })}
        >
          Change from now on
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCalendarPlus size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/prices/$id", params: { id: "new" }, search: { like: of.id } })}
        >
          Plan the next price
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={askToEnd}>
          End
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
