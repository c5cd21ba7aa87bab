/** One gateway: its configuration in force, and all versions that there were. */
import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { api, read } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { Answer } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Tags } from "../../parts/tags.tsx";
import { ConfigPanel, type ConfigDraft } from "./config-panel.tsx";
import { GatewayDialog } from "./gateway-dialog.tsx";
import { configQuery, gatewayQuery, type Gateway } from "./queries.ts";
import { Versions } from "./versions.tsx";
import { cacheWords, ZDR_WORDS } from "./words.ts";

const route = getRouteApi("/gateways/$id");

export function GatewayPage() {
  return (
    <Needs capability="org:read" title="Gateway">
      <GatewayContent />
    </Needs>
  );
}

function GatewayContent() {
  const { id } = route.useParams();
  const gateway = useQuery(gatewayQuery(id));
  return (
    <Stack gap="lg">
      <PageLink to="/gateways" size="sm">
        All gateways
      </PageLink>
      <Answer query={gateway}>{(found) => <Page key={id} gateway={found} />}</Answer>
    </Stack>
  );
}

function Page({ gateway }: { readonly gateway: Gateway }) {
  const { view = "configuration" } = route.useSearch();
  const navigate = route.useNavigate();
  const config = useQuery(configQuery(gateway.id));
  /** Kept here, so that a look at the versions does not lose it. */
  const [draft, setDraft] = useState<ConfigDraft | null>(null);
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      draft !== null &&
      current.pathname !== next.pathname &&
      !window.confirm("The configuration has changes that are not deployed. Leave without them?"),
    enableBeforeUnload: draft !== null,
  });
  return (
    <>
      <Head gateway={gateway} />
      <SegmentedControl
        aria-label="View"
        style={{ alignSelf: "flex-start" }}
        value={view}
        onChange={(chosen) => void navigate({ search: chosen === "versions" ? { view: "versions" } : {} })}
        data={[
          { value: "configuration", label: "Configuration" },
          { value: "versions", label: "Versions" },
        ]}
      />
      <Answer query={config}>
        {(inForce) =>
          view === "versions" ? (
            <Versions gatewayId={gateway.id} inForce={inForce} />
          ) : (
            <ConfigPanel inForce={inForce} draft={draft} onDraft={setDraft} />
          )
        }
      </Answer>
    </>
  );
}

function Head({ gateway }: { readonly gateway: Gateway }) {
  const [changing, { open, close }] = useDisclosure(false);
  const mayChange = useMay("org:admin");
  return (
    <>
      <PageHeader
        title={gateway.name}
        lead={`Retention: ${ZDR_WORDS[gateway.zdr_mode]}. Cache: ${cacheWords(gateway.cache)}.`}
        actions={
          <>
            {mayChange ? (
              <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
                Change
              </Button>
            ) : null}
            <DeleteButton of={gateway} />
          </>
        }
      />
      <Group gap="sm">
        <Text size="sm" c="dimmed">
          Id
        </Text>
        <Copy what="gateway id" text={gateway.id} />
        <Tags of={gateway.tags} />
      </Group>
      <GatewayDialog gateway={gateway} opened={changing} onClose={close} onSaved={() => undefined} />
    </>
  );
}

function DeleteButton({ of }: { readonly of: Gateway }) {
  const navigate = route.useNavigate();
  const { submit, isPending } = useChange({
    change: async (id: string, headers) => {
      const deleted = await read(api.DELETE("/v1/gateways/{id}", { params: { path: { id } }, headers }));
      await navigate({ to: "/gateways", search: {} });
      return deleted;
    },
    invalidates: [["gateways", "list"], ["gateways", "names"], ["keys"]],
    done: `“${of.name}” is deleted.`,
  });
  const ask = (): void =>
    confirmChange({
      title: `Delete “${of.name}”?`,
      consequence: "Its keys and all versions of its configuration go with it. This cannot be undone.",
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
