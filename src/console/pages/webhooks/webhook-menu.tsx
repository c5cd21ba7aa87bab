/** What can be done with a webhook: change, test, switch, rotate its secret, delete. */
import { Menu, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconRefresh, IconSend, IconTrash } from "@tabler/icons-react";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import { RowMenu } from "../../parts/row-menu.tsx";
import type { NewSecret } from "../../parts/secret-dialog.tsx";
import { sayAttempt } from "./attempt.ts";
import { WebhookForm } from "./webhook-form.tsx";

interface WebhookMenuProps {
  readonly of: Wire<"Webhook">;
  readonly onSecret: (secret: NewSecret) => void;
}

export function WebhookMenu({ of, onSecret }: WebhookMenuProps) {
  const mayChange = useMay("org:admin");
  const [editing, { open, close }] = useDisclosure(false);
  const { test, toggle, rotate, remove } = useWebhookChanges(of, onSecret);
  if (!mayChange) return "–";
  return (
    <>
      <RowMenu of={of.name}>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
          Change
        </Menu.Item>
        <Menu.Item leftSection={<IconSend size={16} aria-hidden />} onClick={test}>
          Send a test
        </Menu.Item>
        <Menu.Item
          leftSection={
            of.enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />
          }
          onClick={toggle}
        >
          {of.enabled ? "Disable" : "Enable"}
        </Menu.Item>
        <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={rotate}>
          Rotate secret
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={remove}>
          Delete
        </Menu.Item>
      </RowMenu>
      <Modal opened={editing} onClose={close} title={`Change ${of.name}`}>
        <WebhookForm of={of} onClose={close} onSecret={onSecret} />
      </Modal>
    </>
  );
}

function useWebhookChanges(of: Wire<"Webhook">, onSecret: (secret: NewSecret) => void) {
  const params = { path: { id: of.id } };
  const invalidates = [["webhooks"]];
  const { submit: test } = useChange({
    change: async (_: null, headers) => read(api.POST("/v1/webhooks/{id}/test", { params, headers })),
    invalidates,
    done: null,
    onDone: (delivery) =>
      notifications.show({
        title: delivery.status === "delivered" ? "The test arrived" : "The test did not arrive",
        message: sayAttempt(delivery.attempts.at(-1)),
        color: delivery.status === "delivered" ? "teal" : "red",
        autoClose: 10_000,
      }),
  });
  const { submit: toggle } = useChange({
    change: async (enabled: boolean, headers) =>
      read(api.PATCH("/v1/webhooks/{id}", { params, body: { enabled }, headers })),
    invalidates,
    done: of.enabled ? `“${of.name}” is disabled.` : `“${of.name}” is enabled.`,
  });
  const { submit: rotate } = useChange({
    change: async (_: null, headers) => read(api.POST("/v1/webhooks/{id}/rotate-secret", { params, headers })),
    invalidates,
    done: null,
    onDone: ({ name, secret }) =>
      onSecret({ title: `Signing secret of ${name}`, what: "signing secret", text: secret }),
  });
  const { submit: remove } = useChange({
    change: async (_: null, headers) => read(api.DELETE("/v1/webhooks/{id}", { params, headers })),
    invalidates,
    done: `“${of.name}” is deleted.`,
  });
  return {
    test: () => test(null),
    toggle: () => toggle(!of.enabled),
    rotate: () =>
      confirmChange({
        title: `Replace the secret of “${of.name}”?`,
        consequence: "For 24 hours events are signed with both, so that your receiver can be changed without a loss.",
        verb: "Replace",
        onConfirm: () => rotate(null),
      }),
    remove: () =>
      confirmChange({
        title: `Delete “${of.name}”?`,
        consequence: "Its deliveries go too, also those that are still to be tried.",
        verb: "Delete",
        onConfirm: () => remove(null),
      }),
  };
}
