/** Why a prompt has no answer, and the ways on. */
import { Alert, Anchor, Button, Code, Group, Loader, Stack, Switch, Text } from "@mantine/core";
import { IconAlertTriangle, IconCoin, IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { balanceQuery } from "../../api/balance.ts";
import { formatSeconds, useSecondsUntil } from "../../parts/countdown.tsx";
import { amountBeyond, compareAmounts } from "../../parts/decimal.ts";
import { Facts } from "../../parts/facts.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { Time } from "../../parts/time.tsx";
import { LEAST_OUTPUT_TOKENS } from "./conversation.ts";
import { scopeName } from "./credits.tsx";
import { adviceOn, exhaustedBudgets, fewerOutputTokens, type CostTicket, type Refusal } from "./refusal.ts";

export interface RefusalActions {
  /** The same prompt, as the conversation is set up now; with a cap of its own if one is given. */
  readonly onRepeat: (maxOutputTokens?: number) => void;
  /** The same request with its ticket. */
  readonly onRedeem: (ticketId: string) => void;
}

interface RefusalCardProps extends RefusalActions {
  readonly refusal: Refusal;
}

export function RefusalCard(props: RefusalCardProps) {
  const { refusal } = props;
  if (refusal.ticket !== null) return <FundsCard {...props} ticket={refusal.ticket} />;
  if (refusal.code === "budget_exhausted" && refusal.retryAt !== null) {
    return <WaitCard {...props} until={refusal.retryAt} />;
  }
  if (refusal.status === 429 && refusal.retryAt !== null) return <WaitCard {...props} until={refusal.retryAt} />;
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} title={refusal.message}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{adviceOn(refusal)}</Text>
        {refusal.requestId === null ? null : (
          <Text size="sm">
            Request <Code>{refusal.requestId}</Code>
          </Text>
        )}
        <Ways>
          <Fewer {...props} />
          <Button size="xs" variant="default" onClick={() => props.onRepeat()}>
            Send again
          </Button>
        </Ways>
      </Stack>
    </Alert>
  );
}

function Ways({ children }: { readonly children: ReactNode }) {
  return <Group gap="xs">{children}</Group>;
}

/** With the most output that is affordable or allowed. */
function Fewer({ refusal, onRepeat }: RefusalCardProps) {
  const tokens = fewerOutputTokens(refusal);
  if (tokens === null || tokens < LEAST_OUTPUT_TOKENS) return null;
  return (
    <Button size="xs" variant="default" onClick={() => onRepeat(tokens)}>
      Use fewer tokens ({formatCount(tokens)})
    </Button>
  );
}

const POPUP_LOOK = "popup,width=540,height=760";
const WATCH_MS = 2_000;

function FundsCard(props: RefusalCardProps & { readonly ticket: CostTicket }) {
  const { refusal, ticket, onRedeem, onRepeat } = props;
  const { pending: isPending } = ticket.top_up;
  const [isWatching, setWatching] = useState(isPending);
  const balance = useQuery({ ...balanceQuery, ...(isWatching ? { refetchInterval: WATCH_MS } : {}) });
  const expiresIn = useSecondsUntil(ticket.expires_at);
  const { estimated_cost: needed, currency } = ticket;
  const available = refusal.available ?? "0.00";
  const isCovered = balance.data?.sources.some((source) => compareAmounts(source.available, needed) >= 0) ?? false;
  return (
    <Alert
      color="yellow"
      role="alert"
      icon={<IconCoin aria-hidden />}
      title={isCovered ? "The credits are there" : isPending ? "A top-up is under way" : "Not enough credits"}
    >
      <Stack gap="sm" align="flex-start">
        <Facts
          rows={[
            ["Estimated cost", formatAmount(needed, currency)],
            [
              "Available",
              `${formatAmount(available, currency)}${refusal.scope === null ? "" : ` in ${scopeName(refusal.scope)}`}`,
            ],
            ["Missing", formatAmount(amountBeyond(needed, available), currency)],
            ["Ticket good until", <Time key="time" at={ticket.expires_at} />],
          ]}
        />
        {isCovered ? (
          <Text size="sm">A wallet covers the prompt now. It is sent as it was, for at most the estimated cost.</Text>
        ) : (
          <>
            {isPending ? (
              <Group gap="xs" role="status">
                <Loader size="xs" aria-hidden />
                <Text size="sm">
                  The wallet is being refilled by itself. This page sees when the credits arrive; then send it again.
                </Text>
              </Group>
            ) : null}
            <TopUp ticket={ticket} onOpen={() => setWatching(true)} />
          </>
        )}
        <Ways>
          {expiresIn > 0 ? (
            <Button size="xs" variant={isCovered ? "filled" : "default"} onClick={() => onRedeem(ticket.id)}>
              Send again with the ticket
            </Button>
          ) : (
            <Button size="xs" variant="default" onClick={() => onRepeat()}>
              The ticket has expired: send again
            </Button>
          )}
          {isCovered ? null : <Fewer {...props} />}
        </Ways>
      </Stack>
    </Alert>
  );
}

function TopUp({ ticket, onOpen }: { readonly ticket: CostTicket; readonly onOpen: () => void }) {
  const [state, setState] = useState<"closed" | "open" | "blocked">("closed");
  const url = webAddress(ticket.top_up.url);
  if (!ticket.top_up.available || url === null) {
    if (ticket.top_up.pending) return null;
    return (
      <Text size="sm" fw={500}>
        Contact your org admin to add credits
      </Text>
    );
  }
  const open = (): void => {
    const popup = window.open(url, "keeptrusts-top-up", POPUP_LOOK);
    setState(popup === null ? "blocked" : "open");
    onOpen();
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Button size="xs" variant={ticket.top_up.pending ? "default" : "filled"} onClick={open}>
        {ticket.top_up.pending ? "Top up yourself" : "Top up"}
      </Button>
      {state === "open" ? (
        <Text size="sm">Pay in the other window. This page sees when the credits arrive.</Text>
      ) : null}
      {state === "blocked" ? (
        <Text size="sm">
          The browser has blocked the window.{" "}
          <Anchor href={url} target="_blank" inherit underline="always">
            Open the top-up in a tab
          </Anchor>
        </Text>
      ) : null}
    </Stack>
  );
}

/** Null: not one that a browser should open. */
function webAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  return /^https?:$/.test(new URL(text).protocol) ? text : null;
}

/** A budget that begins anew, or a rate limit that passes. */
function WaitCard({ refusal, until, onRepeat }: RefusalCardProps & { readonly until: string }) {
  const [isAutomatic, setAutomatic] = useState(false);
  const seconds = useSecondsUntil(until);
  const isOver = seconds === 0;
  useWhenOver(isAutomatic && isOver, onRepeat);
  const budgets = exhaustedBudgets(refusal.budgets);
  const isBudget = refusal.code === "budget_exhausted";
  return (
    <Alert
      color="blue"
      role="alert"
      icon={<IconHourglass aria-hidden />}
      title={isBudget ? "The budget has no room for this" : "Too much at once"}
    >
      <Stack gap="sm" align="flex-start">
        {budgets.length === 0 ? <Text size="sm">{refusal.message}</Text> : null}
        {budgets.map((budget) => (
          <Text size="sm" key={`${budget.name} ${budget.window}`}>
            The {budget.window} budget “{budget.name}” has used {budget.used} of {budget.limit}, holds {budget.held},
            and this may cost {budget.requested}. It begins anew at <Time at={budget.resets_at} />.
          </Text>
        ))}
        <Text size="sm" fw={600} role="timer" aria-live="off">
          {isOver ? "The wait is over." : `${formatSeconds(seconds)} to wait`}
        </Text>
        {isOver ? null : (
          <Switch
            label="Send it again by itself then"
            description="While this page is open."
            checked={isAutomatic}
            onChange={(event) => setAutomatic(event.currentTarget.checked)}
          />
        )}
        {isBudget ? (
          <Text size="sm">Or ask for less output in the settings, or an administrator for an override.</Text>
        ) : null}
        <Ways>
          <Button size="xs" variant={isOver ? "filled" : "default"} onClick={() => onRepeat()}>
            Send again
          </Button>
        </Ways>
      </Stack>
    </Alert>
  );
}

/** Calls once when it becomes true. */
function useWhenOver(isOver: boolean, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (isOver) latest.current();
  }, [isOver]);
}
