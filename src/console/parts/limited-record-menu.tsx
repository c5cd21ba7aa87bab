/** Changing and deleting what has a name, tags, rate limits and a wallet: a team, a service user. For those with `org:admin`. */
import { Menu, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import type { Wire } from "../api/client.ts";
import { useMay } from "../api/session.ts";
import type { ChangeHeaders } from "../api/use-change.ts";
import { LimitedRecordForm } from "./limited-record-form.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RowMenu } from "./row-menu.tsx";

interface LimitedRecordMenuProps {
  readonly of: Wire<"LimitedRecord">;
  readonly save: (body: Wire<"NewLimitedRecord">, headers: ChangeHeaders) => Promise<unknown>;
  /** What the toast says. */
  readonly saved: string;
  readonly remove: (reclaim: "true" | "false", headers: ChangeHeaders) => Promise<unknown>;
  /** Of the removal. */
  readonly consequence: string;
  /** Of the change; a removal also invalidates `removalInvalidates`. */
  readonly invalidates: readonly (readonly string[])[];
  readonly removalInvalidates?: readonly (readonly string[])[];
}

export function LimitedRecordMenu(props: LimitedRecordMenuProps) {
  const { of, save, saved, remove, consequence, invalidates, removalInvalidates = [] } = props;
  const mayChange = useMay("org:admin");
  const [editing, edit] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  if (!mayChange) return "–";
  return (
    <>
      <RowMenu of={of.name}>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={edit.open}>
          Change
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={removal.open}>
          Delete
        </Menu.Item>
      </RowMenu>
      <Modal opened={editing} onClose={edit.close} title={`Change ${of.name}`}>
        <LimitedRecordForm of={of} save={save} invalidates={invalidates} done={saved} onClose={edit.close} />
      </Modal>
      <RemoveDialog
        name={removing ? of.name : null}
        verb="Delete"
        consequence={consequence}
        remove={remove}
        invalidates={[...invalidates, ...removalInvalidates]}
        onClose={removal.close}
      />
    </>
  );
}
