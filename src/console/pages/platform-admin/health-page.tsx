/** What the doctor finds: whether the deployment is set up as it should be. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Wire } from "../../api/client.ts";
import { Answer } from "../../parts/answer.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { Time } from "../../parts/time.tsx";
import { doctorQuery } from "./queries.ts";

type Check = Wire<"Doctor">["checks"][number];

const column = columnsOf<Check>();

const LOOKS = {
  ok: { color: "var(--mantine-color-green-text)", icon: IconCircleCheck, text: "good" },
  warn: { color: "var(--mantine-color-orange-text)", icon: IconAlertTriangle, text: "look" },
  fail: { color: "var(--mantine-color-red-text)", icon: IconCircleX, text: "broken" },
} as const;

const COLUMNS = [
  column.display({ id: "status", header: "Status", cell: ({ row }) => <Status of={row.original.status} /> }),
  column.display({ id: "name", header: "Check", cell: ({ row }) => row.original.name.replaceAll("_", " ") }),
  column.display({ id: "message", header: "Found", cell: ({ row }) => row.original.message }),
];

export function HealthPage() {
  return (
    <PlatformOnly title="Health">
      <Stack gap="lg">
        <PageHeader title="Health" lead="Databases, bindings, credentials of providers, prices and configurations." />
        <Report />
      </Stack>
    </PlatformOnly>
  );
}

function Report() {
  const doctor = useQuery(doctorQuery);
  return (
    <Answer query={doctor}>
      {({ checks, checked_at: at }) => (
        <>
          <Group justify="space-between">
            <Text size="sm">
              Checked <Time at={at} />
            </Text>
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={doctor.isFetching}
              onClick={() => void doctor.refetch()}
            >
              Check again
            </Button>
          </Group>
          <Verdict checks={checks} />
          <DataTable
            caption="Checks"
            columns={COLUMNS}
            rows={checks}
            rowId={({ name, message }) => `${name}:${message}`}
          />
        </>
      )}
    </Answer>
  );
}

function Verdict({ checks }: { readonly checks: readonly Check[] }) {
  const broken = checks.filter(({ status }) => status === "fail").length;
  const doubtful = checks.filter(({ status }) => status === "warn").length;
  if (broken > 0) {
    return (
      <Alert color="red" icon={<IconCircleX aria-hidden />} title={`${broken} broken`}>
        Requests may be refused until it is put right.
      </Alert>
    );
  }
  if (doubtful > 0) {
    return (
      <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={`Works, with ${doubtful} to look at`}>
        Nothing is broken.
      </Alert>
    );
  }
  return (
    <Alert color="green" icon={<IconCircleCheck aria-hidden />} title="All is well">
      Every check has passed.
    </Alert>
  );
}

function Status({ of }: { readonly of: Check["status"] }) {
  const { color, icon: StatusIcon, text } = LOOKS[of];
  return (
    <Group gap={6} wrap="nowrap">
      <StatusIcon size={18} color={color} aria-hidden />
      {text}
    </Group>
  );
}
