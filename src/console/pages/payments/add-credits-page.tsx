/** Paying into a wallet: which one, how much, the provider's checkout, and whether the money has arrived. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { availabilityQuery } from "../../api/payments.ts";
import { Answer } from "../../parts/answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { CheckoutForm } from "./checkout-form.tsx";
import { PaymentProgress } from "./payment-progress.tsx";

const route = getRouteApi("/add-credits");

export function AddCreditsPage() {
  const { session_id: sessionId } = route.useSearch();
  return (
    <Stack gap="lg" maw={640}>
      <PageHeader title="Top up" lead="Pay credits into a wallet with the payment provider." />
      {sessionId === undefined ? <Checkout /> : <PaymentProgress id={sessionId} />}
    </Stack>
  );
}

function Checkout() {
  const { team, user } = route.useSearch();
  const availability = useQuery(availabilityQuery({ teamId: team, userId: user }));
  return <Answer query={availability}>{(data) => <CheckoutForm of={data} />}</Answer>;
}
