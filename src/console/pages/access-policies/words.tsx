/** A policy in words: whom it is about, what it is about, and its limits. */
import { Badge, Stack, Text } from "@mantine/core";
import type { Wire } from "../../api/client.ts";
import { useNames, type NamedKind } from "../../api/names.ts";
import { formatAmount, formatCount } from "../../parts/format.ts";
import type { AccessPolicy } from "./queries.ts";

export const EFFECT_COLORS = { allow: "green", deny: "red" } as const satisfies Record<AccessPolicy["effect"], string>;

export function EffectBadge({ effect }: { readonly effect: AccessPolicy["effect"] }) {
  return (
    <Badge variant="dot" color={EFFECT_COLORS[effect]} tt="none">
      {effect}
    </Badge>
  );
}

const SUBJECT_LISTS = [
  ["users", "Members", "user"],
  ["teams", "Teams", "team"],
  ["service_users", "Service users", "service_user"],
  ["keys", "Keys", "key"],
  ["agents", "Agents", "agent"],
  ["gateways", "Gateways", "gateway"],
] as const satisfies readonly (readonly [keyof AccessPolicy["subjects"], string, NamedKind])[];

export function SubjectWords({ of }: { readonly of: AccessPolicy["subjects"] }) {
  const lines = SUBJECT_LISTS.filter(([list]) => of[list].length > 0);
  if (lines.length === 0 && of.tags.length === 0) return <Text size="sm">Everyone</Text>;
  return (
    <Stack gap={2}>
      {lines.map(([list, label, kind]) => (
        <NamedLine key={list} label={label} kind={kind} ids={of[list]} />
      ))}
      {of.tags.length === 0 ? null : <Line label="Tags" words={of.tags} />}
    </Stack>
  );
}

export function ResourceWords({ of }: { readonly of: AccessPolicy["resources"] }) {
  if (of.providers.length + of.models.length + of.tags.length === 0) return <Text size="sm">Every model</Text>;
  return (
    <Stack gap={2}>
      {of.providers.length === 0 ? null : <Line label="Providers" words={of.providers} />}
      {of.models.length === 0 ? null : (
        <Line label="Models" words={of.models.map((model) => (model === "*" ? "every one" : model))} />
      )}
      {of.tags.length === 0 ? null : <Line label="Tags" words={of.tags} />}
    </Stack>
  );
}

function NamedLine(props: { readonly label: string; readonly kind: NamedKind; readonly ids: readonly string[] }) {
  const nameOf = useNames(props.kind);
  return <Line label={props.label} words={props.ids.map(nameOf)} />;
}

function Line({ label, words }: { readonly label: string; readonly words: readonly string[] }) {
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      <Text span size="sm" c="dimmed">
        {label}:{" "}
      </Text>
      {words.join(", ")}
    </Text>
  );
}

/** Each limit that is set, in words. */
export function limitWords(limits: Wire<"PolicyLimitsShown">, currency: string): string[] {
  const { max_output_tokens: tokens, max_cost_per_request: cost, rpm, tpm } = limits;
  return [
    ...(tokens === null ? [] : [`${formatCount(tokens)} output tokens`]),
    ...(cost === null ? [] : [`${formatAmount(cost, currency)} a request`]),
    ...(rpm === null ? [] : [`${formatCount(rpm)} requests a minute`]),
    ...(tpm === null ? [] : [`${formatCount(tpm)} tokens a minute`]),
  ];
}
