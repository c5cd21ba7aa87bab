/** A prompt and its answer, with what it has cost. */
import { ActionIcon, Box, CopyButton, Group, Loader, Paper, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, memo, Suspense, useEffect } from "react";
import { useOrganization } from "../../api/session.ts";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import type { Answer, Turn } from "./conversation.ts";
import { scopeName } from "./credits.tsx";
import type { Desk } from "./desk.ts";
import { receiptQuery } from "./queries.ts";
import { RefusalCard } from "./refusal-card.tsx";

const AnswerText = lazy(async () => import("./markdown.tsx").then(({ AnswerText: text }) => ({ default: text })));

interface TurnViewProps {
  readonly conversationId: string;
  readonly turn: Turn;
  readonly desk: Desk;
  /** The last one can be asked again. */
  readonly isLast: boolean;
  readonly onRepeat: (turnId: string, maxOutputTokens?: number) => void;
}

/** Finished turns are drawn once, while the last one grows. */
export const TurnView = memo(function TurnView({ conversationId, turn, desk, isLast, onRepeat }: TurnViewProps) {
  const { answer } = turn;
  const repeat = (maxOutputTokens?: number): void => onRepeat(turn.id, maxOutputTokens);
  return (
    <Stack gap="sm" component="li">
      <Paper p="sm" radius="md" ml="auto" maw="85%" bg="var(--mantine-color-default-hover)" aria-label="You">
        <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{turn.prompt}</Text>
      </Paper>
      {answer.refusal === null ? (
        <Stack gap={4} component="section" aria-label={`Answer of ${answer.model}`}>
          <Text size="xs" c="dimmed">
            {answer.model}
          </Text>
          <Box aria-busy={answer.state === "streaming" || undefined}>
            {answer.text === "" ? null : (
              <Suspense fallback={<Skeleton height={24} />}>
                <AnswerText text={answer.text} />
              </Suspense>
            )}
            {answer.state === "streaming" ? <Loader type="dots" size="sm" aria-label="The answer is coming" /> : null}
          </Box>
          <Remark of={answer} />
          {answer.state === "streaming" ? null : (
            <Group gap="xs">
              <Receipt conversationId={conversationId} turn={turn} desk={desk} />
              {answer.text === "" ? null : <CopyAnswer text={answer.text} />}
              {isLast ? (
                <Tooltip label="Ask again">
                  <ActionIcon variant="subtle" color="gray" aria-label="Ask again" onClick={() => repeat()}>
                    <IconRefresh size={16} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              ) : null}
            </Group>
          )}
        </Stack>
      ) : (
        <RefusalCard
          refusal={answer.refusal}
          onRepeat={repeat}
          onRedeem={(ticketId) => desk.redeem(conversationId, turn.id, ticketId)}
        />
      )}
    </Stack>
  );
});

function Remark({ of }: { readonly of: Answer }) {
  const text = remarkOn(of);
  return text === null ? null : (
    <Text size="sm" c="dimmed" fs="italic">
      {text}
    </Text>
  );
}

function remarkOn({ state, note, text, logId }: Answer): string | null {
  switch (state) {
    case "cut":
      return "It ends at the output limit. A higher one is in the settings.";
    case "stopped":
      return logId === null
        ? "Stopped before it began. If it has cost anything, Spend has it."
        : "Stopped. What came until then is charged.";
    case "broken":
      return `${note ?? "The answer broke off."} Ask again; what came until then is charged.`;
    case "done":
      return text === "" ? "The answer has no text." : null;
    case "streaming":
    case "refused":
      return null;
  }
}

/** The cost as the stream said it, until the row in the spend log is there; then that. */
function Receipt({ conversationId, turn, desk }: Omit<TurnViewProps, "isLast" | "onRepeat">) {
  const { logId, receipt, quote } = turn.answer;
  const memberId = useOrganization()?.member_id ?? "";
  const found = useQuery({ ...receiptQuery(logId ?? "", memberId), enabled: logId !== null && receipt === null });
  const fresh = found.data ?? null;
  useEffect(() => {
    if (receipt === null && fresh !== null) desk.settle(conversationId, turn.id, fresh);
  }, [conversationId, desk, fresh, receipt, turn.id]);
  if (logId === null) return null;
  if (receipt === null) {
    return (
      <Text size="xs" c="dimmed">
        {quote === null ? "Its cost is being settled …" : `${formatAmount(quote.cost, quote.currency)} · settling …`}
      </Text>
    );
  }
  const parts = [
    formatAmount(receipt.cost, receipt.currency),
    `${formatCount(receipt.inputTokens)} tokens in`,
    `${formatCount(receipt.outputTokens)} out`,
    ...(receipt.walletScope === null ? [] : [`from ${scopeName(receipt.walletScope)}`]),
  ];
  return (
    <Text size="xs" c="dimmed" data-receipt={logId}>
      {parts.join(" · ")} ·{" "}
      <PageLink to="/spend" search={{ view: "logs", log: logId }} size="xs" underline="always">
        price
      </PageLink>
    </Text>
  );
}

function CopyAnswer({ text }: { readonly text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : "Copy the answer"}>
          <ActionIcon variant="subtle" color="gray" aria-label="Copy the answer" onClick={copy}>
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
