/** One record: what was there before and is there since, field by field, and its place in the chain. */
import { Code, Drawer, Stack, Table, Text } from "@mantine/core";
import type { Wire } from "../../api/client.ts";
import { Copy } from "../../parts/copy.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Time } from "../../parts/time.tsx";
import { Actor } from "./actor.tsx";

type AuditRecord = Wire<"AuditRecord">;

interface RecordDrawerProps {
  /** Null: closed. */
  readonly record: AuditRecord | null;
  readonly onClose: () => void;
}

export function RecordDrawer({ record, onClose }: RecordDrawerProps) {
  return (
    <Drawer
      opened={record !== null}
      onClose={onClose}
      title={record === null ? "" : `${record.action}, record ${record.sequence}`}
      size="xl"
    >
      {record === null ? null : (
        <Stack gap="lg">
          <Section title="Done">
            <Facts
              rows={[
                ["Time", <Time key="time" at={record.created_at} />],
                ["Who", <Actor key="actor" id={record.actor} />],
                ["Object", <Copy key="object" what="object id" text={record.object_id} />],
                [
                  "Request",
                  record.request_id === null ? "–" : <Copy key="r" what="request id" text={record.request_id} />,
                ],
                ["Ledger entry or delivery", record.source_id ?? "–"],
              ]}
            />
          </Section>
          <Section title="What it changed">
            <Difference before={record.before} after={record.after} />
          </Section>
          <Section title="Chain">
            <Facts
              rows={[
                ["Hash", <Copy key="hash" what="hash" text={record.hash} />],
                ["Hash before", <Copy key="before" what="hash of the record before" text={record.previous_hash} />],
              ]}
            />
          </Section>
        </Stack>
      )}
    </Drawer>
  );
}

function Difference({ before, after }: Pick<AuditRecord, "before" | "after">) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return <Text size="sm">Nothing that is shown.</Text>;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Field</Table.Th>
          <Table.Th scope="col">Before</Table.Th>
          <Table.Th scope="col">After</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {names.map((name) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" style={{ verticalAlign: "top" }}>
              {name}
            </Table.Th>
            <Table.Td style={{ verticalAlign: "top" }}>
              <Value of={before?.[name]} />
            </Table.Td>
            <Table.Td style={{ verticalAlign: "top" }}>
              <Value of={after?.[name]} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Value({ of }: { readonly of: unknown }) {
  if (of === undefined) return "–";
  return (
    <Code style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {typeof of === "string" ? of : JSON.stringify(of, null, 2)}
    </Code>
  );
}
