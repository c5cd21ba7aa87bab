/** Asks what the policies would decide, and shows why. With a draft, before and after it. */
import { Autocomplete, Badge, Group, Select, SimpleGrid, Stack, TagsInput, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { catalogQuery, findModel, type Endpoint } from "../../api/catalog.ts";
import type { Wire } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { Answer } from "../../parts/answer.tsx";
import { NameSelect } from "../../parts/name-picker.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { askedOf, decisionQuery, type DraftPolicy } from "./queries.ts";
import type { Question } from "./route.ts";
import { EFFECT_COLORS, EffectBadge, limitWords } from "./words.tsx";

const WHO = [
  ["key", "Key", "key"],
  ["user", "Member", "user"],
  ["service_user", "Service user", "service_user"],
  ["team", "Team", "team"],
  ["agent", "Agent", "agent"],
  ["gateway", "Gateway", "gateway"],
] as const;

const ENDPOINT_NAMES = [
  { value: "openai.chat", label: "Chat Completions" },
  { value: "openai.responses", label: "Responses" },
  { value: "anthropic.messages", label: "Messages" },
] as const satisfies readonly { value: Endpoint; label: string }[];

interface SimulatorProps {
  readonly question: Question;
  readonly onQuestion: (question: Question) => void;
  /** The policy that is being edited; null: only what is saved. */
  readonly draft: DraftPolicy | null;
}

export function Simulator({ question, onQuestion, draft }: SimulatorProps) {
  const models = useQuery(catalogQuery).data ?? [];
  const served = findModel(models, question.model ?? "")?.endpoints;
  const endpoint = question.endpoint ?? served?.[0] ?? "openai.chat";
  const asked = askedOf(question, endpoint);
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Autocomplete
          label="Model"
          required
          placeholder="A name or an alias"
          data={models.flatMap(({ model, aliases = [] }) => [model, ...aliases])}
          limit={20}
          maxLength={200}
          value={question.model ?? ""}
          onChange={(model) =>
            onQuestion({ ...question, model: model === "" ? undefined : model, endpoint: undefined })
          }
        />
        <Select
          label="Endpoint"
          allowDeselect={false}
          data={ENDPOINT_NAMES}
          value={endpoint}
          onChange={(chosen) => onQuestion({ ...question, endpoint: chosen ?? undefined })}
        />
        {WHO.map(([field, label, kind]) => (
          <NameSelect
            key={field}
            kind={kind}
            label={label}
            placeholder="None"
            value={question[field] ?? null}
            onChange={(id) => onQuestion({ ...question, [field]: id ?? undefined })}
          />
        ))}
      </SimpleGrid>
      <TagsInput
        label="More tags of the caller"
        description="Beside those that the chosen ones have."
        maxTags={20}
        value={question.tags ?? []}
        onChange={(tags) => onQuestion({ ...question, tags: tags.length === 0 ? undefined : tags })}
      />
      {asked === null ? (
        <Text size="sm" c="dimmed">
          Choose a model and who asks for it: a key stands for everything that requests with it are charged to. What you
          leave open is nobody’s.
        </Text>
      ) : (
        <Decisions asked={asked} draft={draft} />
      )}
    </Stack>
  );
}

/** Nobody is asked about half a name. */
const TYPING_MS = 300;

const NO_DRAFTS: readonly DraftPolicy[] = [];

interface DecisionsProps {
  readonly asked: Wire<"SimulateAccess">;
  readonly draft: DraftPolicy | null;
}

function Decisions(props: DecisionsProps) {
  const [{ asked, draft }] = useDebouncedValue(props, TYPING_MS, { leading: true });
  const now = useQuery(decisionQuery(asked, NO_DRAFTS));
  const after = useQuery({ ...decisionQuery(asked, draft === null ? NO_DRAFTS : [draft]), enabled: draft !== null });
  return (
    <Stack gap="lg" aria-live="polite">
      <Answer query={now}>{(decision) => <Decision title="As it is now" decision={decision} />}</Answer>
      {draft === null ? null : (
        <Answer query={after}>
          {(decision) => (
            <Decision
              title={now.data?.decision === decision.decision ? "With your changes: the same" : "With your changes"}
              decision={decision}
            />
          )}
        </Answer>
      )}
    </Stack>
  );
}

function Decision({ title, decision }: { readonly title: string; readonly decision: Wire<"AccessDecision"> }) {
  const currency = useCurrency();
  const limits = limitWords(decision.effective_limits, currency);
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Group gap="sm">
        <Text fw={600}>{title}</Text>
        <Badge color={EFFECT_COLORS[decision.decision]} variant="dot" tt="none" size="lg">
          {decision.decision === "allow" ? "Allowed" : "Denied"}
        </Badge>
      </Group>
      {decision.reasons.map((reason) => (
        <Text key={reason} size="sm">
          {reason}
        </Text>
      ))}
      {decision.decision === "deny" ? null : (
        <Text size="sm">{limits.length === 0 ? "No policy limits it." : `At most ${limits.join(", ")}.`}</Text>
      )}
      {decision.matched.length === 0 ? null : (
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            Policies that match
          </Text>
          {decision.matched.map(({ id, name, effect }) => (
            <Group key={id} gap="xs">
              <EffectBadge effect={effect} />
              {id.startsWith("draft_") ? (
                <Text size="sm">{name}, not saved</Text>
              ) : (
                <PageLink to="/access-policies/$id" params={{ id }} size="sm">
                  {name}
                </PageLink>
              )}
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  );
}
