/** Takes a policy away, after a question. */
import { IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import type { AccessPolicy } from "./queries.ts";

export function DeletePolicyButton({ of }: { readonly of: AccessPolicy }) {
  const navigate = useNavigate();
  const { submit, isPending } = useChange({
    change: async (id: string, headers) => {
      const deleted = await read(
        api.DELETE("/v1/unified-access/access-policies/{id}", { params: { path: { id } }, headers }),
      );
      // The page of what is gone must not ask for it again.
      await navigate({ to: "/access-policies" });
      return deleted;
    },
    invalidates: [["access-policies", "list"], ["access-policies", "decision"], ["models"]],
    done: `“${of.name}” is deleted.`,
  });
  const ask = (): void =>
    confirmChange({
      title: `Delete “${of.name}”?`,
      consequence:
        of.effect === "allow"
          ? "What only this policy allows is refused from the next request on. To take it back for a while, switch it off instead."
          : "What only this policy denies is allowed from the next request on, where another policy allows it.",
      verb: "Delete",
      onConfirm: () => submit(of.id),
    });
  return (
    <ActionButton
      needs="org:admin"
      variant="default"
      loading={isPending}
      leftSection={<IconTrash size={16} aria-hidden />}
      onClick={ask}
    >
      Delete
    </ActionButton>
  );
}
