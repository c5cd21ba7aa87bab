/** A wallet that refills itself: how that stands, by which settings, and what was charged today. */
import { Alert, Badge, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { availabilityQuery, methodsQuery } from "../../api/payments.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { Answer } from "../../parts/answer.tsx";
import { sayDuration } from "../../parts/countdown.tsx";
import { Facts } from "../../parts/facts.tsx";
import { formatAmount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import type { Wallet } from "../wallets/queries.ts";
import { AutoTopUpDialog } from "./dialog.tsx";
import { changeOf, saveSettings, standingQuery, type Settings, type Standing } from "./queries.ts";
import { reasonOf, wordsOf } from "./words.ts";

const TITLE = "Auto top-up";
const LEAD = "Refills this wallet from a saved payment method when its balance is low.";

/** A seat's money comes with its plan alone. */
export function AutoTopUpCard({ of }: { readonly of: Wallet }) {
  const isBilling = useMay("org:billing");
  const memberId = useOrganization()?.member_id;
  if (of.scope === "seat") return null;
  if (isBilling || (of.scope === "user" && of.owner_id === memberId)) return <Card of={of} />;
  return (
    <Panel title={TITLE} lead={LEAD} actions={<HistoryLink walletId={of.id} />}>
      <Text size="sm">Setting it for this wallet needs org:billing. Ask an administrator of your organization.</Text>
    </Panel>
  );
}

function HistoryLink({ walletId }: { readonly walletId: string }) {
  return (
    <PageLink to="/wallets/auto-topups" search={{ wallet: walletId }} size="sm">
      History
    </PageLink>
  );
}

function Card({ of }: { readonly of: Wallet }) {
  const standing = useQuery(standingQuery(of.id));
  const { data } = useQuery(
    availabilityQuery({
      teamId: of.scope === "team" ? of.owner_id : undefined,
      userId: of.scope === "user" ? of.owner_id : undefined,
    }),
  );
  const [isOpen, setOpen] = useState(false);
  const found = data?.scopes.find(({ scope }) => scope === of.scope);
  const obstacle = found?.available === false ? found.message : null;
  const settings = standing.data?.settings ?? null;
  const isOn = settings?.enabled === true;
  return (
    <Panel
      title={TITLE}
      lead={LEAD}
      actions={
        <>
          <HistoryLink walletId={of.id} />
          {isOn ? <TurnOff of={settings} /> : null}
          <Button
            variant={isOn ? "default" : "filled"}
            disabled={standing.data === undefined || found?.available !== true}
            onClick={() => setOpen(true)}
          >
            {settings === null ? "Set up" : isOn ? "Change" : "Turn on"}
          </Button>
        </>
      }
    >
      {obstacle === null ? null : (
        <Alert color="yellow" title="Not possible for this wallet">
          {obstacle}
        </Alert>
      )}
      <Answer query={standing}>{(shown) => <State of={shown} />}</Answer>
      <AutoTopUpDialog opened={isOpen} wallet={of} settings={settings} onClose={() => setOpen(false)} />
    </Panel>
  );
}

function TurnOff({ of }: { readonly of: Settings }) {
  const { submit, isPending } = useChange({
    change: async (settings: Settings, headers) => saveSettings(settings.wallet_id, changeOf(settings, false), headers),
    invalidates: [["wallets"]],
    done: "Auto top-up is off.",
  });
  return (
    <Button variant="default" loading={isPending} onClick={() => submit(of)}>
      Turn off
    </Button>
  );
}

function State({ of }: { readonly of: Standing }) {
  const { settings, state } = of;
  if (settings === null) {
    return (
      <Text size="sm">
        It is not set up. Without it, requests that the wallets cannot cover are refused until somebody tops up.
      </Text>
    );
  }
  const { label, color, sentence } = wordsOf(state);
  const isInTrouble = state === "stopped" || state === "backing_off";
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Badge variant="dot" color={color} tt="none">
          {label}
        </Badge>
        {isInTrouble ? null : (
          <Text size="sm">
            {sentence} <Until of={of} />
          </Text>
        )}
      </Group>
      {isInTrouble ? <Trouble of={of} settings={settings} /> : null}
      <Terms of={of} settings={settings} />
    </Stack>
  );
}

function Until({ of: { until } }: { readonly of: Standing }) {
  if (until === null) return null;
  return (
    <>
      Until <Time at={until} />.
    </>
  );
}

interface SetStanding {
  readonly of: Standing;
  readonly settings: Settings;
}

/** After declines: why, until when, and that saving it again begins anew. */
function Trouble({ of, settings }: SetStanding) {
  const { submit, isPending } = useChange({
    change: async (kept: Settings, headers) => saveSettings(kept.wallet_id, changeOf(kept, true), headers),
    invalidates: [["wallets"]],
    done: "Auto top-up has begun anew.",
  });
  const isStopped = of.state === "stopped";
  return (
    <Alert
      color={isStopped ? "red" : "orange"}
      icon={<IconAlertTriangle aria-hidden />}
      title={isStopped ? "Auto top-up has stopped" : "The last charge was declined"}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {of.failure_code === null ? "" : `${reasonOf(of.failure_code)} `}
          {of.declines > 1 ? `${of.declines} declines in a row. ` : ""}
          {isStopped ? "It charges nothing until it is started again." : "It waits before it tries again. "}
          {isStopped ? null : <Until of={of} />}
        </Text>
        <Button size="xs" loading={isPending} onClick={() => submit(settings)}>
          {isStopped ? "Start again" : "Try again"}
        </Button>
      </Stack>
    </Alert>
  );
}

function Terms({ of, settings }: SetStanding) {
  const methods = useQuery(methodsQuery());
  const { currency } = settings;
  const amount = (text: string): string => formatAmount(text, currency);
  const method = methods.data?.data.find(({ id }) => id === settings.payment_method);
  // Only the width of a bar is a float.
  const share = Math.min(100, (Number(of.charged_today) / Number(settings.daily_cap)) * 100);
  return (
    <Facts
      rows={[
        ["When", `the balance is below ${amount(settings.threshold)}`],
        ["Charges", `${amount(settings.amount)}, or as many times that as closes the gap`],
        [
          "Today",
          <Stack key="today" gap={4}>
            {amount(of.charged_today)} of at most {amount(settings.daily_cap)}
            <Progress value={share} size="sm" maw={320} aria-hidden />
          </Stack>,
        ],
        ["At most", `once in ${sayDuration(settings.cooldown_minutes * 60_000)}`],
        [
          "From",
          method === undefined
            ? methods.isPending
              ? "…"
              : "a payment method that you do not see, or that was removed"
            : method.label,
        ],
      ]}
    />
  );
}
