/** The editor of a gateway's configuration: what is wrong while it is typed, what would change, and the push. */
import { Alert, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { api, read } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { SkeletonRows } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EXAMPLE_CONFIG } from "./example.ts";
import { configQuery, deployConfig, lintQuery, type GatewayConfig } from "./queries.ts";
import { Remarks } from "./remarks.tsx";
import type { Place } from "./yaml-editor.tsx";

const YamlEditor = lazy(async () => ({ default: (await import("./yaml-editor.tsx")).YamlEditor }));

/** A text that is not deployed, and the version that it was made from. */
export interface ConfigDraft {
  readonly text: string;
  readonly baseVersion: number;
}

interface ConfigPanelProps {
  readonly inForce: GatewayConfig;
  readonly draft: ConfigDraft | null;
  readonly onDraft: (draft: ConfigDraft | null) => void;
}

export function ConfigPanel(props: ConfigPanelProps) {
  const mayChange = useMay("org:admin");
  const { inForce, draft, onDraft } = props;
  if (draft !== null && mayChange) return <Editing inForce={inForce} draft={draft} onDraft={onDraft} />;
  return <InForce inForce={inForce} mayChange={mayChange} onDraft={onDraft} />;
}

const LINT_PAUSE_MS = 400;

function InForce({ inForce, mayChange, onDraft }: Omit<ConfigPanelProps, "draft"> & { readonly mayChange: boolean }) {
  const { yaml, version } = inForce;
  const begin = (text: string): void => onDraft({ text, baseVersion: version });
  if (yaml === null) {
    return (
      <Panel title="Configuration">
        <EmptyState
          title="No configuration is in force"
          action={mayChange ? <Button onClick={() => begin(EXAMPLE_CONFIG)}>Begin with an example</Button> : undefined}
        >
          The gateway uses the managed targets of the deployment. A policy-config.yaml gives it targets, prices and
          limits of its own.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title="Configuration"
      lead={`Version ${version} is in force.`}
      actions={
        mayChange ? (
          <>
            <RemoveButton inForce={inForce} />
            <Button onClick={() => begin(yaml)}>Edit</Button>
          </>
        ) : undefined
      }
    >
      <Suspense fallback={<SkeletonRows />}>
        <YamlEditor label="Configuration in force" text={yaml} onText={null} />
      </Suspense>
    </Panel>
  );
}

function Editing({ inForce, draft, onDraft }: ConfigPanelProps & { readonly draft: ConfigDraft }) {
  const [view, setView] = useState<"edit" | "changes">("edit");
  const [place, setPlace] = useState<Place | null>(null);
  const [linted] = useDebouncedValue(draft.text, LINT_PAUSE_MS, { leading: true });
  const lint = useQuery(lintQuery(linted));
  const push = usePush(inForce.gateway_id, () => onDraft(null));
  const isNewest = linted === draft.text && !lint.isPlaceholderData;
  const isStale = draft.baseVersion !== inForce.version;
  const hasConflict = isStale || (push.error instanceof ApiFailure && push.error.code === "version_conflict");
  const goTo = (asked: Place): void => {
    setView("edit");
    setPlace(asked);
  };
  return (
    <Panel
      title="Configuration"
      lead={`Made from version ${draft.baseVersion}. Nothing changes until it is deployed.`}
      actions={
        <SegmentedControl
          aria-label="What is shown"
          value={view}
          onChange={(chosen) => setView(chosen === "changes" ? "changes" : "edit")}
          data={[
            { value: "edit", label: "Edit" },
            { value: "changes", label: "Changes" },
          ]}
        />
      }
    >
      <Suspense fallback={<SkeletonRows />}>
        <YamlEditor
          label="policy-config.yaml"
          text={draft.text}
          onText={(text) => onDraft({ ...draft, text })}
          report={isNewest ? (lint.data ?? null) : null}
          before={view === "changes" ? (inForce.yaml ?? "") : null}
          goTo={place}
        />
      </Suspense>
      {lint.error === null ? null : <FailureNotice error={lint.error} onRetry={() => void lint.refetch()} />}
      {lint.data === undefined || lint.error !== null ? null : <Remarks report={lint.data} onGoTo={goTo} />}
      {hasConflict ? (
        <Conflict
          version={inForce.version}
          onSeen={() => {
            push.reset();
            setView("changes");
            onDraft({ ...draft, baseVersion: inForce.version });
          }}
        />
      ) : push.error === null ? null : (
        <FailureNotice error={push.error} />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onDraft(null)}>
          Discard
        </Button>
        <Button
          loading={push.isPending}
          disabled={!isNewest || lint.data?.valid !== true || hasConflict || draft.text === inForce.yaml}
          onClick={() => push.submit({ text: draft.text, expectedVersion: draft.baseVersion })}
        >
          Deploy version {inForce.version + 1}
        </Button>
      </Group>
    </Panel>
  );
}

/** Refused when another version is in force than the text was made from; then that one is shown. */
function usePush(gatewayId: string, onDone: () => void) {
  const queryClient = useQueryClient();
  return useChange({
    change: async (asked: { text: string; expectedVersion: number }, headers) =>
      deployConfig(gatewayId, asked, headers),
    invalidates: [["gateways"], ["models"]],
    done: "The configuration is in force.",
    onDone,
    onFailure: () => void queryClient.invalidateQueries({ queryKey: configQuery(gatewayId).queryKey }),
  });
}

function Conflict({ version, onSeen }: { readonly version: number; readonly onSeen: () => void }) {
  return (
    <Alert color="orange" title={`Meanwhile somebody deployed version ${version}`}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          Your text would take that change back where it does not have it too. Look at what differs.
        </Text>
        <Button size="xs" variant="default" onClick={onSeen}>
          Compare with version {version}, and go on from it
        </Button>
      </Stack>
    </Alert>
  );
}

function RemoveButton({ inForce }: { readonly inForce: GatewayConfig }) {
  const { submit, isPending } = useChange({
    change: async (version: number, headers) =>
      read(
        api.DELETE("/v1/gateways/{id}/config", {
          params: { path: { id: inForce.gateway_id }, query: { expected_version: String(version) } },
          headers,
        }),
      ),
    invalidates: [["gateways"], ["models"]],
    done: "The configuration is taken away.",
  });
  const ask = (): void =>
    confirmChange({
      title: "Take the configuration away?",
      consequence:
        "From the next request on the gateway uses the managed targets. The versions stay, and can be brought back.",
      verb: "Take away",
      onConfirm: () => submit(inForce.version),
    });
  return (
    <Button variant="default" loading={isPending} onClick={ask}>
      Take away
    </Button>
  );
}
