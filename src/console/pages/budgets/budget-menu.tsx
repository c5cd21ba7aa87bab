/** What can be done with a budget. */
import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { api, read } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import type { Budget } from "./queries.ts";

interface BudgetMenuProps {
  readonly of: Budget;
  readonly onDeleted?: () => void;
}

export function BudgetMenu({ of, onDeleted }: BudgetMenuProps) {
  const mayChange = useMay("org:billing");
  const [changing, { open, close }] = useDisclosure(false);
  const { submit: remove } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/unified-access/budgets/{id}", { params: { path: { id } }, headers })),
    invalidates: [["budgets"]],
    done: `The budget “${of.name}” is deleted.`,
    ...(onDeleted === undefined ? {} : { onDone: onDeleted }),
  });
  if (!mayChange) return "–";
  const askToDelete = (): void =>
    confirmChange({
      title: `Delete the budget “${of.name}”?`,
      consequence: "It refuses nothing from now on, and what it has counted is forgotten. What was spent stays spent.",
      verb: "Delete",
      onConfirm: () => remove(of.id),
    });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${of.name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
            Change
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askToDelete}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <BudgetDialog opened={changing} of={of} onClose={close} />
    </>
  );
}
