/** One request: how its cost is made up, what paid for it, and where its traces are. */
import { Drawer, Stack, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { spendLogQuery } from "./queries.ts";

type SpendLog = Wire<"SpendLog">;

interface LogDrawerProps {
  /** Null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function LogDrawer({ id, onClose }: LogDrawerProps) {
  return (
    <Drawer opened={id !== null} onClose={onClose} title="Request" size="lg">
      {id === null ? null : <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { readonly id: string }) {
  const log = useQuery(spendLogQuery(id));
  return (
    <Answer query={log}>
      {(data) => (
        <Stack gap="lg">
          <PriceBreakdown log={data} />
          <Payment log={data} />
          <Attribution log={data} />
          <Traces log={data} />
        </Stack>
      )}
    </Answer>
  );
}

function PriceBreakdown({ log }: { readonly log: SpendLog }) {
  const parts: readonly (readonly [name: string, tokens: number | null, cost: string])[] = [
    ["Input", log.input_tokens, log.input_cost],
    ["Cached input", log.cached_input_tokens, log.cached_input_cost],
    ["Cache writes", log.cache_write_tokens, log.cache_write_cost],
    ["Output", log.output_tokens, log.output_cost],
    ["Fees", null, log.fees_cost],
  ];
  return (
    <Section title="Price">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Part</Table.Th>
            <Table.Th scope="col" ta="end">
              Tokens
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Cost
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parts.map(([name, tokens, cost]) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="end">{formatCount(tokens)}</Table.Td>
              <Table.Td ta="end">{formatAmount(cost, log.currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Table.Th ta="end">{formatCount(log.total_tokens)}</Table.Th>
            <Table.Th ta="end">{formatAmount(log.total_cost, log.currency)}</Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
      <Facts
        rows={[
          ["Pricing source", log.pricing_source ?? "none"],
          ["Usage", log.usage_source],
          ["Exchange rate", `${log.exchange_rate} ${log.currency} per USD`],
          ["Flags", log.flags.length === 0 ? "none" : log.flags.join(", ")],
        ]}
      />
    </Section>
  );
}

function Payment({ log }: { readonly log: SpendLog }) {
  return (
    <Section title="Payment">
      <Facts
        rows={[
          ["Wallet debited", log.wallet_id === null ? "none" : <Copy what="wallet id" text={log.wallet_id} />],
          ["Its scope", log.wallet_scope ?? "–"],
          [
            "Reservation",
            log.reservation_id === null ? "none" : <Copy what="reservation id" text={log.reservation_id} />,
          ],
          ["Held", formatAmount(log.held_amount, log.currency)],
        ]}
      />
    </Section>
  );
}

function Attribution({ log }: { readonly log: SpendLog }) {
  const nameOfUser = useNames("user");
  const nameOfTeam = useNames("team");
  const nameOfKey = useNames("key");
  const nameOfAgent = useNames("agent");
  return (
    <Section title="Attribution">
      <Facts
        rows={[
          ["User", log.user_id === null ? "–" : nameOfUser(log.user_id)],
          ["Team", log.team_id === null ? "–" : nameOfTeam(log.team_id)],
          ["Key", log.key_id === null ? "–" : nameOfKey(log.key_id)],
          ["Agent", log.agent_id === null ? "–" : nameOfAgent(log.agent_id)],
          ["Agent run", log.agent_run_id ?? "–"],
          ...Object.entries(log.metadata),
        ]}
      />
    </Section>
  );
}

function Traces({ log }: { readonly log: SpendLog }) {
  return (
    <Section title="Request">
      <Facts
        rows={[
          ["Time", <Time key="time" at={log.created_at} />],
          ["Status", log.status.replaceAll("_", " ")],
          ["Asked for", log.requested_model],
          ["Served by", `${log.provider ?? "–"} ${log.model ?? ""}`],
          ["Target", log.provider_target_id ?? "–"],
          ["Endpoint", `${log.endpoint}${log.streamed ? ", streamed" : ""}`],
          ["Latency", log.latency_ms === null ? "–" : `${formatCount(log.latency_ms)} ms`],
          ["Request id", <Copy key="request" what="request id" text={log.request_id} />],
          [
            "Event",
            <PageLink key="event" to="/events" search={{ event: log.id.replace(/^log_/, "evt_") }} size="sm">
              Decision, policies and bodies
            </PageLink>,
          ],
        ]}
      />
    </Section>
  );
}
