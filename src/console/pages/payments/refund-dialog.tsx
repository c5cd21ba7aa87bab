/** Gives a payment back, all of it or a part. */
import { Button, Modal, Stack, Text, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { positiveAmountField } from "../../parts/amount.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { formatAmount } from "../../parts/format.ts";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { Payment } from "./queries.ts";

interface RefundButtonProps {
  readonly of: Payment;
  readonly onRefund: (payment: Payment) => void;
}

export function RefundButton({ of, onRefund }: RefundButtonProps) {
  if (of.status !== "completed") return "–";
  return (
    <Button size="xs" variant="default" onClick={() => onRefund(of)}>
      Refund
    </Button>
  );
}

const formSchema = z.object({
  amount: z.union([z.literal(""), positiveAmountField]),
  reason: z.string().max(500, "At most 500 characters."),
});

type FormValues = z.output<typeof formSchema>;

interface RefundDialogProps {
  /** Null: closed. */
  readonly of: Payment | null;
  readonly onClose: () => void;
}

export function RefundDialog({ of, onClose }: RefundDialogProps) {
  return (
    <Modal opened={of !== null} onClose={onClose} title="Refund a payment">
      {of === null ? null : <RefundForm of={of} onClose={onClose} />}
    </Modal>
  );
}

function RefundForm({ of, onClose }: { readonly of: Payment; readonly onClose: () => void }) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { amount: "", reason: "" });
  const { submit, isPending, error } = useChange({
    change: async ({ amount, reason }: FormValues, headers) =>
      read(
        api.POST("/v1/admin/payments/refund", {
          body: {
            session_id: of.id,
            ...(amount === "" ? {} : { amount }),
            ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
          },
          headers,
        }),
      ),
    invalidates: [["payments"], ["wallets"]],
    done: "The refund is on its way; the wallet gives it up once the provider has refunded it.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">
          {formatAmount(of.captured_amount ?? of.amount, of.currency)} were paid, and{" "}
          {formatAmount(of.refunded_amount, of.currency)} of it were refunded. Money that is spent already leaves the
          wallet below zero.
        </Text>
        <TextInput
          label={`Amount in ${of.currency}`}
          description="Empty: all that is left of it."
          inputMode="decimal"
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("amount")}
        />
        <TextInput label="Reason" {...form.getInputProps("reason")} />
        <FormEnd error={error} verb="Refund" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
