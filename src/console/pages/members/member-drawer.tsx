/** One member: role, invitation, seat, keys. */
import { Drawer, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Wire } from "../../api/client.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { formatAmount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { sayLimits } from "../../parts/rate-limits.tsx";
import { Time } from "../../parts/time.tsx";
import { INVITATION_MEANINGS } from "./invitation.tsx";
import { memberKeysQuery, memberQuery, seatQuery } from "./queries.ts";
import { ROLE_MEANINGS, ROLE_NAMES } from "./roles.ts";

interface MemberDrawerProps {
  /** Null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function MemberDrawer({ id, onClose }: MemberDrawerProps) {
  return (
    <Drawer opened={id !== null} onClose={onClose} title="Member" size="lg">
      {id === null ? null : <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { readonly id: string }) {
  const member = useQuery(memberQuery(id));
  return (
    <Answer query={member}>
      {(data) => (
        <Stack gap="lg">
          <Person member={data} />
          <Section title="Seat">{data.seat ? <SeatFacts id={id} /> : <NoSeat />}</Section>
          <Section title="Keys">
            <Keys id={id} />
          </Section>
        </Stack>
      )}
    </Answer>
  );
}

function Person({ member }: { readonly member: Wire<"Member"> }) {
  const { status, sent_at: sentAt } = member.invitation;
  return (
    <Section title={member.name}>
      <Facts
        rows={[
          ["E-mail", member.email],
          ["Id", <Copy key="id" what="member id" text={member.id} />],
          ["Role", `${ROLE_NAMES[member.role]}. ${ROLE_MEANINGS[member.role]}`],
          ["Invitation", INVITATION_MEANINGS[status]],
          ["Mailed", sentAt === null ? "–" : <Time key="sent" at={sentAt} />],
          ["Rate limits", sayLimits(member.rate_limits)],
          ["Added", <Time key="added" at={member.created_at} />],
        ]}
      />
    </Section>
  );
}

export function SeatFacts({ id }: { readonly id: string }) {
  const seat = useQuery(seatQuery(id));
  return (
    <Answer query={seat}>
      {(data) => (
        <Facts
          rows={[
            ["Left this month", formatAmount(data.wallet?.available ?? "0", data.currency)],
            [
              "Granted",
              data.granted_amount === null ? "nothing yet" : formatAmount(data.granted_amount, data.currency),
            ],
            ["Expires", data.expires_at === null ? "–" : <Time key="expires" at={data.expires_at} />],
            ["Next month", formatAmount(data.monthly_credit, data.currency)],
            ["Since", <Time key="since" at={data.created_at} />],
          ]}
        />
      )}
    </Answer>
  );
}

function NoSeat() {
  return (
    <Text size="sm" c="dimmed">
      None: wallets alone pay for their requests.{" "}
      <PageLink to="/seats" underline="always">
        Seats
      </PageLink>
    </Text>
  );
}

function Keys({ id }: { readonly id: string }) {
  const keys = useQuery(memberKeysQuery(id));
  return (
    <Answer query={keys}>
      {({ data }) =>
        data.length === 0 ? (
          <Text size="sm" c="dimmed">
            None.{" "}
            <PageLink to="/keys" underline="always">
              Create a key
            </PageLink>{" "}
            that belongs to this member.
          </Text>
        ) : (
          <List size="sm">
            {data.map((key) => (
              <List.Item key={key.id}>
                {key.name}, {key.type}, …{key.hint}, {key.status}
              </List.Item>
            ))}
          </List>
        )
      }
    </Answer>
  );
}
