/** Money comes in, goes to a team or person, or comes back to the organization. */
import { Alert, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useChange } from "../../api/use-change.ts";
import { positiveAmountField } from "../../parts/amount.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { formatAmount } from "../../parts/format.ts";
import { NameSelect } from "../../parts/name-picker.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { walletName } from "./names.ts";
import { walletsQuery, type Wallet } from "./queries.ts";

export type TransferType = "credit" | "allocate" | "reclaim";

const TITLES = {
  credit: "Credit a wallet",
  allocate: "Allocate from the organization",
  reclaim: "Reclaim to the organization",
} as const satisfies Record<TransferType, string>;

const LEADS = {
  credit: "Brings money in that was paid elsewhere. Nothing is charged; it is written to the audit log.",
  allocate: "Moves money from the organization's wallet, as far as it is available.",
  reclaim: "Moves money back to the organization's wallet, as far as no request holds it.",
} as const satisfies Record<TransferType, string>;

const formSchema = z
  .object({
    kind: z.enum(["organization", "team", "user", "service_user", "wallet"]),
    team_id: z.string().nullable(),
    user_id: z.string().nullable(),
    service_user_id: z.string().nullable(),
    amount: positiveAmountField,
    note: z.string().max(500, "At most 500 characters."),
  })
  .superRefine((values, context) => {
    const field = FIELD_OF[values.kind];
    if (field === null || values[field] !== null) return;
    context.addIssue({ code: "custom", path: [field], message: "Choose one." });
  });

type FormValues = z.output<typeof formSchema>;

const FIELD_OF = {
  organization: null,
  wallet: null,
  team: "team_id",
  user: "user_id",
  service_user: "service_user_id",
} as const satisfies Record<FormValues["kind"], keyof FormValues | null>;

interface TransferDialogProps {
  /** Null: closed. */
  readonly type: TransferType | null;
  readonly wallet: Wallet | null;
  readonly onClose: () => void;
}

export function TransferDialog({ type, wallet, onClose }: TransferDialogProps) {
  return (
    <Modal opened={type !== null} onClose={onClose} title={type === null ? "" : TITLES[type]}>
      {type === null ? null : <TransferForm type={type} wallet={wallet} onClose={onClose} />}
    </Modal>
  );
}

interface TransferFormProps extends TransferDialogProps {
  readonly type: TransferType;
}

function TransferForm({ type, wallet, onClose }: TransferFormProps) {
  const currency = useCurrency();
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    kind: wallet !== null ? "wallet" : type === "credit" ? "organization" : "team",
    team_id: null,
    user_id: null,
    service_user_id: null,
    amount: "",
    note: "",
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) => sendTransfer(type, bodyOf(values, wallet), headers),
    invalidates: [["wallets"], ["notifications"]],
    done: DONE[type],
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">{LEADS[type]}</Text>
        {wallet === null ? <Target type={type} form={form} /> : <Text fw={600}>{walletName(wallet)}</Text>}
        <Source type={type} wallet={wallet} />
        <TextInput
          label={`Amount in ${currency}`}
          description="Exact to nine decimals."
          placeholder="25.00"
          inputMode="decimal"
          autoComplete="off"
          required
          data-autofocus
          {...form.getInputProps("amount")}
        />
        <TextInput label="Note" description="Shown in the wallet's transactions." {...form.getInputProps("note")} />
        <FormEnd error={error} verb={VERBS[type]} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

const VERBS = { credit: "Credit", allocate: "Allocate", reclaim: "Reclaim" } as const;
const DONE = { credit: "The money is in.", allocate: "The money is moved.", reclaim: "The money is back." } as const;

type TransferFormState = ReturnType<typeof useChangeForm<FormValues>>["form"];

function Target({ type, form }: { readonly type: TransferType; readonly form: TransferFormState }) {
  const { kind } = form.getValues();
  return (
    <>
      <SegmentedControl
        aria-label={type === "reclaim" ? "From whose wallet" : "Into whose wallet"}
        data={[
          ...(type === "credit" ? [{ value: "organization", label: "Organization" }] : []),
          { value: "team", label: "Team" },
          { value: "user", label: "Member" },
          { value: "service_user", label: "Service user" },
        ]}
        {...form.getInputProps("kind")}
      />
      {kind === "team" ? <NameSelect kind="team" label="Team" required {...form.getInputProps("team_id")} /> : null}
      {kind === "user" ? <NameSelect kind="user" label="Member" required {...form.getInputProps("user_id")} /> : null}
      {kind === "service_user" ? (
        <NameSelect kind="service_user" label="Service user" required {...form.getInputProps("service_user_id")} />
      ) : null}
    </>
  );
}

/** How much there is to be moved, where that limits it. */
function Source({ type, wallet }: { readonly type: TransferType; readonly wallet: Wallet | null }) {
  const organizations = useQuery({ ...walletsQuery("organization", undefined), enabled: type === "allocate" });
  const source = type === "allocate" ? organizations.data?.data[0] : type === "reclaim" ? wallet : null;
  if (source === null || source === undefined) return null;
  return (
    <Alert color="gray" variant="light">
      {formatAmount(source.available, source.currency)} available in {walletName(source)}
    </Alert>
  );
}

function bodyOf(values: FormValues, wallet: Wallet | null): Wire<"Credit"> {
  const { kind, amount, note } = values;
  return {
    ...ownerOf(values, kind, wallet),
    amount,
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
}

function ownerOf(values: FormValues, kind: FormValues["kind"], wallet: Wallet | null): Partial<Wire<"Credit">> {
  if (wallet !== null) {
    if (wallet.scope === "team") return { team_id: wallet.owner_id };
    return wallet.scope === "user" ? { user_id: wallet.owner_id } : { wallet_id: wallet.id };
  }
  if (kind === "team") return values.team_id === null ? {} : { team_id: values.team_id };
  const userId = kind === "user" ? values.user_id : kind === "service_user" ? values.service_user_id : null;
  return userId === null ? {} : { user_id: userId };
}

async function sendTransfer(type: TransferType, body: Wire<"Credit">, headers: { readonly "Idempotency-Key": string }) {
  switch (type) {
    case "credit":
      return read(api.POST("/v1/wallets/credit", { body, headers }));
    case "allocate":
      return read(api.POST("/v1/wallets/allocate", { body, headers }));
    case "reclaim":
      return read(api.POST("/v1/wallets/reclaim", { body, headers }));
  }
}
