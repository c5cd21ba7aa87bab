/** The person's requests that have come since the page was opened, as the spend log gets them. */
import { Alert, Group, Loader, Stack, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { useOrganization } from "../../api/session.ts";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";

type SpendLog = Wire<"SpendLog">;

const ASK_MS = 1_500;
const NEWEST = 5;

function newestQuery(memberId: string) {
  return queryOptions({
    queryKey: ["spend", "arrivals", memberId],
    queryFn: async ({ signal }) => {
      const query = { user_id: memberId, limit: NEWEST };
      return (await read(api.GET("/v1/spend/logs", { params: { query }, signal }))).data;
    },
    refetchInterval: ASK_MS,
    // The person is in the terminal meanwhile.
    refetchIntervalInBackground: true,
    staleTime: 0,
    gcTime: 0,
  });
}

export function Arrivals() {
  const { data } = useQuery(newestQuery(useOrganization()?.member_id ?? ""));
  const [known, setKnown] = useState<ReadonlySet<string> | null>(null);
  if (data !== undefined && known === null) setKnown(new Set(data.map(({ id }) => id)));
  const arrived = known === null ? [] : (data ?? []).filter(({ id }) => !known.has(id));
  return (
    <Stack gap="sm" role="status" aria-live="polite">
      {arrived.length === 0 ? (
        <Group gap="sm">
          <Loader size="sm" aria-hidden />
          <Text size="sm">Waiting for your request. It appears here a second or two after its answer.</Text>
        </Group>
      ) : (
        arrived.map((log) => <Arrived key={log.id} log={log} />)
      )}
    </Stack>
  );
}

function Arrived({ log }: { readonly log: SpendLog }) {
  const isAnswered = log.status === "completed" || log.status === "cached";
  return (
    <Alert
      color={isAnswered ? "green" : "yellow"}
      icon={<IconCheck aria-hidden />}
      title={isAnswered ? `Answered by ${log.model ?? log.requested_model}` : `It arrived: ${sayStatus(log)}`}
    >
      <Stack gap={4}>
        <Text size="sm">
          {formatAmount(log.total_cost, log.currency)} for {formatCount(log.input_tokens)} tokens in and{" "}
          {formatCount(log.output_tokens)} out
          {log.wallet_scope === null ? "" : `, paid from the ${log.wallet_scope} wallet`} · <Time at={log.created_at} />
        </Text>
        <PageLink to="/spend" search={{ view: "logs", log: log.id }} size="sm" c="inherit" underline="always">
          How its price is made up
        </PageLink>
      </Stack>
    </Alert>
  );
}

function sayStatus({ status }: SpendLog): string {
  return status.replaceAll("_", " ");
}
