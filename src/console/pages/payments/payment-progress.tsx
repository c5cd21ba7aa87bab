/** A payment that was begun here: asked about until it has ended. */
import { Alert, Anchor, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { formatAmount } from "../../parts/format.ts";
import { isUnderWay, paymentQuery, type Payment } from "./queries.ts";
import { paymentColor, paymentSentence } from "./payment-status.tsx";

const route = getRouteApi("/add-credits");

export function PaymentProgress({ id }: { readonly id: string }) {
  const { outcome } = route.useSearch();
  const payment = useQuery(paymentQuery(id));
  const status = payment.data?.status;
  const queryClient = useQueryClient();
  const { submit: confirm } = useChange({
    change: async (sessionId: string, headers) =>
      read(api.POST("/v1/payments/confirm-checkout", { body: { session_id: sessionId }, headers })),
    invalidates: [["payments"]],
    done: null,
    // The next poll asks again.
    onFailure: ignoreFailure,
  });
  useEffect(() => {
    if (outcome === "paid") confirm(id);
    // Once for each return of the payer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [id, outcome]);
  useEffect(() => {
    if (status === "completed") void queryClient.invalidateQueries({ queryKey: ["wallets"] });
  }, [status, queryClient]);
  return <Answer query={payment}>{(data) => <Progress of={data} />}</Answer>;
}

function ignoreFailure(): void {}

function Progress({ of }: { readonly of: Payment }) {
  const { window: ownWindow } = route.useSearch();
  const navigate = route.useNavigate();
  const underWay = isUnderWay(of);
  return (
    <Stack gap="md" role="status">
      <Alert color={paymentColor(of.status)} title={`${formatAmount(of.amount, of.currency)}: ${of.status}`}>
        <Group gap="sm">
          {underWay ? <Loader size="xs" aria-hidden /> : null}
          <Text size="sm">{paymentSentence(of.status)}</Text>
        </Group>
        {of.failure_code === null ? null : <Text size="sm">Reason: {of.failure_code.replaceAll("_", " ")}</Text>}
      </Alert>
      {of.status === "created" && of.approval_url !== null && ownWindow === undefined ? (
        <Text size="sm">
          Pay in the window that has opened.{" "}
          <Anchor href={of.approval_url} target="_blank" rel="noopener" underline="always">
            Open the checkout again
          </Anchor>
        </Text>
      ) : null}
      <Text size="sm" component="div" c="dimmed">
        Payment <Copy what="payment id" text={of.id} />
      </Text>
      {ownWindow === "own" ? (
        <Text size="sm">You can close this window: the page that opened it has the same news.</Text>
      ) : (
        <Group>
          <Button variant="default" onClick={() => void navigate({ search: {} })}>
            {underWay ? "Begin anew" : "Top up again"}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
