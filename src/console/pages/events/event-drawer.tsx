/** One event: the decision, the policies and the refusal behind it, and the bodies where they are kept and may be read. */
import { Alert, Badge, Button, Code, Drawer, Group, List, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { formatCount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { saveFile } from "../../parts/save-file.ts";
import { Time } from "../../parts/time.tsx";
import { Decision } from "./decision.tsx";
import { eventBodyQuery, eventQuery } from "./queries.ts";

type EventDetail = Wire<"EventDetail">;

interface EventDrawerProps {
  /** Null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function EventDrawer({ id, onClose }: EventDrawerProps) {
  return (
    <Drawer opened={id !== null} onClose={onClose} title="Event" size="xl">
      {id === null ? null : <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { readonly id: string }) {
  const event = useQuery(eventQuery(id));
  return (
    <Answer query={event}>
      {(data) => (
        <Stack gap="lg">
          <DecisionFacts event={data} />
          <RequestFacts event={data} />
          <Section title="Bodies">
            <Bodies event={data} />
          </Section>
        </Stack>
      )}
    </Answer>
  );
}

function DecisionFacts({ event }: { readonly event: EventDetail }) {
  const { failure, matched } = event;
  return (
    <Section title="Decision">
      <Facts
        rows={[
          ["Decision", <Decision key="decision" of={event.decision} />],
          ["Refusal", failure === null ? "none" : failure.kind.replaceAll("_", " ")],
          ["By the rule", failure?.rule ?? "–"],
          [
            "Matched policies",
            matched.length === 0 ? (
              "none"
            ) : (
              <List key="matched" listStyleType="none" size="sm">
                {matched.map(({ id, name, effect }) => (
                  <List.Item key={id}>
                    <Badge variant="dot" color={effect === "allow" ? "green" : "red"} tt="none" mr={6}>
                      {effect}
                    </Badge>
                    {name}
                  </List.Item>
                ))}
              </List>
            ),
          ],
          ["Zero data retention", event.zdr_mode],
        ]}
      />
    </Section>
  );
}

function RequestFacts({ event }: { readonly event: EventDetail }) {
  const nameOfUser = useNames("user");
  const nameOfTeam = useNames("team");
  const nameOfKey = useNames("key");
  const nameOfAgent = useNames("agent");
  return (
    <Section title="Request">
      <Facts
        rows={[
          ["Time", <Time key="time" at={event.created_at} />],
          ["Status", event.status.replaceAll("_", " ")],
          ["Asked for", event.requested_model],
          ["Served by", event.provider === null ? "–" : `${event.provider} ${event.model ?? ""}`],
          ["Endpoint", `${event.endpoint}${event.streamed ? ", streamed" : ""}`],
          ["Latency", event.latency_ms === null ? "–" : `${formatCount(event.latency_ms)} ms`],
          ["User", event.user_id === null ? "–" : nameOfUser(event.user_id)],
          ["Service user", event.service_user_id ?? "–"],
          ["Team", event.team_id === null ? "–" : nameOfTeam(event.team_id)],
          ["Key", event.key_id === null ? "–" : nameOfKey(event.key_id)],
          ["Gateway", event.gateway_id ?? "–"],
          ["Agent", event.agent_id === null ? "–" : nameOfAgent(event.agent_id)],
          ["Flags", event.flags.length === 0 ? "none" : event.flags.join(", ")],
          ["Request id", <Copy key="request" what="request id" text={event.request_id} />],
          [
            "Costs",
            <PageLink key="log" to="/spend" search={{ view: "logs", log: event.log_id }} size="sm">
              Its row of the spend log
            </PageLink>,
          ],
        ]}
      />
    </Section>
  );
}

const WHY_NO_BODIES = {
  off: "The organization keeps no bodies: Settings, Keep bodies.",
  strict: "It ran under strict zero data retention, which keeps nothing.",
  elsewhere: "Another gateway forwarded it; its bodies never came here.",
  unavailable: "The ledger did not answer, so nobody could tell whether they may be kept.",
} as const satisfies Record<Exclude<EventDetail["bodies"], "kept">, string>;

function Bodies({ event }: { readonly event: EventDetail }) {
  const mayRead = useMay("org:admin");
  if (event.bodies !== "kept") {
    return (
      <Alert color="blue" icon={<IconInfoCircle aria-hidden />} title="Not kept">
        {WHY_NO_BODIES[event.bodies]}
      </Alert>
    );
  }
  if (!mayRead) {
    return (
      <Alert color="blue" icon={<IconInfoCircle aria-hidden />} title="Kept">
        What was said is shown to those whose role has org:admin.
      </Alert>
    );
  }
  return (
    <Stack>
      <Body id={event.id} part="request" facts={event.request} />
      <Body id={event.id} part="response" facts={event.response} />
    </Stack>
  );
}

interface BodyProps {
  readonly id: string;
  readonly part: "request" | "response";
  readonly facts: EventDetail["request"];
}

/** Shown when it is asked for: prompts are not for everybody who looks over a shoulder. */
function Body({ id, part, facts }: BodyProps) {
  const [isShown, setShown] = useState(false);
  const body = useQuery({ ...eventBodyQuery(id, part), enabled: isShown && facts !== null });
  const name = part === "request" ? "Request" : "Answer";
  if (facts === null) {
    return (
      <Text size="sm" c="dimmed">
        {name}: not there. It is still being written, or could not be stored.
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {name}, {formatCount(facts.total_bytes)} bytes
          {facts.truncated ? `, the first ${formatCount(facts.kept_bytes)} kept` : ""}
          {facts.status === null ? "" : `, HTTP ${facts.status}`}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => setShown(!isShown)} aria-expanded={isShown}>
            {isShown ? `Hide ${name.toLowerCase()}` : `Show ${name.toLowerCase()}`}
          </Button>
          {body.data === undefined ? null : (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => saveFile(new Blob([body.data]), `${id}.${part}.txt`)}
            >
              Save
            </Button>
          )}
        </Group>
      </Group>
      {isShown ? (
        <Answer query={body}>
          {(text) => (
            <Code
              block
              tabIndex={0}
              mah={400}
              style={{ overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
            >
              {indent(text)}
            </Code>
          )}
        </Answer>
      ) : null}
    </Stack>
  );
}

/** JSON on lines; anything else, and what was cut off, as it is. */
function indent(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return JSON.stringify(parsed, null, 2);
  } catch {
    return text;
  }
}
