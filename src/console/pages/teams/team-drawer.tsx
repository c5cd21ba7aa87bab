/** One team: its limits and its members. A lead of it adds and removes members; leads are made by administrators. */
import { ActionIcon, Badge, Button, Drawer, Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { namesQuery } from "../../api/names.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { sayLimits } from "../../parts/rate-limits.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { teamMembersQuery, teamQuery } from "./queries.ts";

interface TeamDrawerProps {
  /** Null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function TeamDrawer({ id, onClose }: TeamDrawerProps) {
  return (
    <Drawer opened={id !== null} onClose={onClose} title="Team" size="lg">
      {id === null ? null : <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { readonly id: string }) {
  const team = useQuery(teamQuery(id));
  const leads = useOrganization()?.teams.some((own) => own.id === id && own.role === "lead") ?? false;
  const mayRead = useMay("org:read");
  return (
    <Answer query={team}>
      {(data) => (
        <Stack gap="lg">
          <Section title={data.name}>
            <Facts
              rows={[
                ["Id", <Copy key="id" what="team id" text={data.id} />],
                ["Tags", <Tags key="tags" of={data.tags} />],
                ["Rate limits", sayLimits(data.rate_limits)],
                ["Created", <Time key="created" at={data.created_at} />],
              ]}
            />
          </Section>
          <Section title="Members">
            {leads || mayRead ? (
              <TeamMembers teamId={id} leads={leads} />
            ) : (
              <Text size="sm" c="dimmed">
                Who belongs to it is shown to its leads and to those who see the organization.
              </Text>
            )}
          </Section>
        </Stack>
      )}
    </Answer>
  );
}

interface TeamMembersProps {
  readonly teamId: string;
  /** Whether the person is a lead of the team. */
  readonly leads: boolean;
}

function TeamMembers({ teamId, leads }: TeamMembersProps) {
  const members = useQuery(teamMembersQuery(teamId));
  const mayAdmin = useMay("org:admin");
  return (
    <Answer query={members}>
      {({ data, has_more: isMore }) => (
        <Stack gap="sm">
          {mayAdmin || leads ? <AddMember teamId={teamId} present={data} /> : null}
          {data.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nobody belongs to it yet.
            </Text>
          ) : (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Member</Table.Th>
                  <Table.Th scope="col">Role in the team</Table.Th>
                  <Table.Th scope="col">Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((member) => (
                  <TeamMemberRow key={member.member_id} of={member} leads={leads} />
                ))}
              </Table.Tbody>
            </Table>
          )}
          {isMore ? <Text size="sm">These are the first 200.</Text> : null}
        </Stack>
      )}
    </Answer>
  );
}

function TeamMemberRow({ of, leads }: { readonly of: Wire<"TeamMember">; readonly leads: boolean }) {
  // A lead is shown the members of the own teams.
  const names = useQuery(namesQuery("user"));
  const mayAdmin = useMay("org:admin");
  const name = names.data?.get(of.member_id) ?? of.member_id;
  const invalidates = [["teams"], ["session"]];
  const { submit: setRole, isPending } = useChange({
    change: async (role: "member" | "lead", headers) =>
      read(
        api.POST("/v1/teams/{id}/members", {
          params: { path: { id: of.team_id } },
          body: { member_id: of.member_id, role },
          headers,
        }),
      ),
    invalidates,
    done: null,
  });
  const { submit: remove, isPending: isGoing } = useChange({
    change: async (memberId: string, headers) =>
      read(
        api.DELETE("/v1/teams/{id}/members/{member_id}", {
          params: { path: { id: of.team_id, member_id: memberId } },
          headers,
        }),
      ),
    invalidates,
    done: `${name} is no longer in the team.`,
  });
  const mayRemove = mayAdmin || (leads && of.role === "member");
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{of.role === "lead" ? <Badge tt="none">lead</Badge> : "member"}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          {mayAdmin ? (
            <Button
              size="compact-xs"
              variant="default"
              loading={isPending}
              aria-label={`${of.role === "lead" ? "Make member" : "Make lead"}: ${name}`}
              onClick={() => setRole(of.role === "lead" ? "member" : "lead")}
            >
              {of.role === "lead" ? "Make member" : "Make lead"}
            </Button>
          ) : null}
          {mayRemove ? (
            <ActionIcon
              variant="subtle"
              color="red"
              loading={isGoing}
              aria-label={`Remove ${name} from the team`}
              onClick={() => remove(of.member_id)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          ) : null}
          {mayAdmin || mayRemove ? null : "–"}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

interface AddMemberProps {
  readonly teamId: string;
  readonly present: readonly Wire<"TeamMember">[];
}

function AddMember({ teamId, present }: AddMemberProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  // A lead sees the members of the own teams alone, and those are listed: others are added by their id.
  const mayRead = useMay("org:read");
  const names = useQuery({ ...namesQuery("user"), enabled: mayRead });
  const { submit, isPending } = useChange({
    change: async (memberId: string, headers) =>
      read(
        api.POST("/v1/teams/{id}/members", {
          params: { path: { id: teamId } },
          body: { member_id: memberId },
          headers,
        }),
      ),
    invalidates: [["teams"], ["session"]],
    done: "The member is in the team.",
    onDone: () => setChosen(null),
  });
  const known = [...(names.data ?? [])].filter(([id]) => !present.some((member) => member.member_id === id));
  return (
    <Group align="flex-end" gap="sm">
      {mayRead ? (
        <Select
          label="Add a member"
          placeholder="Who is not in it yet"
          searchable
          clearable
          nothingFoundMessage="Everybody is in it."
          data={known.map(([value, label]) => ({ value, label }))}
          value={chosen}
          onChange={setChosen}
        />
      ) : (
        <TextInput
          label="Add a member"
          description="The member's id; they find it on their Members page."
          placeholder="mem_…"
          value={chosen ?? ""}
          onChange={(event) => setChosen(event.currentTarget.value.trim())}
        />
      )}
      <Button
        variant="default"
        loading={isPending}
        disabled={chosen === null || chosen === ""}
        onClick={() => chosen !== null && submit(chosen)}
      >
        Add
      </Button>
    </Group>
  );
}
