/** When a wallet refills itself, with how much, and from which payment method. */
import { Alert, Modal, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { availabilityQuery, methodsQuery } from "../../api/payments.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useChange } from "../../api/use-change.ts";
import { amountField, positiveAmountField } from "../../parts/amount.ts";
import { Answer } from "../../parts/answer.tsx";
import { compareAmounts } from "../../parts/decimal.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { formatAmount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { Wallet } from "../wallets/queries.ts";
import { saveSettings, type Settings } from "./queries.ts";

const WEEK_MINUTES = 10_080;
const DEFAULT_COOLDOWN_MINUTES = 10;

const formSchema = z.object({
  threshold: amountField,
  amount: positiveAmountField,
  daily_cap: positiveAmountField,
  cooldown_minutes: z.int("A whole number.").min(1, "At least 1.").max(WEEK_MINUTES, "At most a week: 10,080."),
  payment_method: z.string().min(1, "Choose one."),
});

type FormValues = z.output<typeof formSchema>;

interface AutoTopUpDialogProps {
  readonly opened: boolean;
  readonly wallet: Wallet;
  /** Null: they were never set. */
  readonly settings: Settings | null;
  readonly onClose: () => void;
}

export function AutoTopUpDialog(props: AutoTopUpDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Auto top-up" size="lg">
      {props.opened ? <Methods {...props} /> : null}
    </Modal>
  );
}

interface MethodChoice {
  readonly value: string;
  readonly label: string;
  readonly disabled: boolean;
}

function Methods(props: AutoTopUpDialogProps) {
  const methods = useQuery(methodsQuery());
  const availability = useQuery(availabilityQuery({ teamId: undefined, userId: undefined }));
  return (
    <Answer query={methods}>
      {({ data }) => (
        <Answer query={availability}>
          {({ provider, minimum, maximum }) => {
            const choices = data.map((method) => ({
              value: method.id,
              label: `${method.label} (${method.provider})`,
              disabled: method.provider !== provider,
            }));
            if (choices.every(({ disabled }) => disabled)) return <NoMethod wallet={props.wallet} />;
            return <SettingsForm {...props} choices={choices} minimum={minimum} maximum={maximum} />;
          }}
        </Answer>
      )}
    </Answer>
  );
}

function NoMethod({ wallet: { scope, owner_id: ownerId } }: { readonly wallet: Wallet }) {
  if (scope === "seat") return null;
  const owner = scope === "team" ? { team: ownerId } : scope === "user" ? { user: ownerId } : {};
  return (
    <Stack>
      <Text size="sm">
        There is no payment method to charge yet. Top up once, with “Save this payment method”; the payment provider
        keeps it, and it can be chosen here afterwards.
      </Text>
      <PageLink to="/add-credits" search={{ scope, ...owner, save: true }} underline="always">
        Top up and save a payment method
      </PageLink>
    </Stack>
  );
}

interface SettingsFormProps extends AutoTopUpDialogProps {
  readonly choices: readonly MethodChoice[];
  readonly minimum: string;
  readonly maximum: string;
}

function SettingsForm({ wallet, settings, choices, minimum, maximum, onClose }: SettingsFormProps) {
  const currency = useCurrency();
  const usable = choices.filter(({ disabled }) => !disabled);
  const kept = usable.find(({ value }) => value === settings?.payment_method);
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    threshold: settings?.threshold ?? "",
    amount: settings?.amount ?? "",
    daily_cap: settings?.daily_cap ?? "",
    cooldown_minutes: settings?.cooldown_minutes ?? DEFAULT_COOLDOWN_MINUTES,
    payment_method: kept?.value ?? (settings === null ? (usable[0]?.value ?? "") : ""),
  });
  const isOn = settings?.enabled === true;
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) => saveSettings(wallet.id, { enabled: true, ...values }, headers),
    invalidates: [["wallets"]],
    done: isOn ? "Auto top-up is saved." : "Auto top-up is on.",
    onDone: onClose,
    onFailure: showFailure,
  });
  const amount = (text: string): string => formatAmount(text, currency);
  const amountInput = { inputMode: "decimal", autoComplete: "off", required: true } as const;
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label={`Threshold in ${currency}`}
          description="The wallet is refilled when its balance is below it. What running requests hold counts as balance; 0 refills only for requests that would be refused."
          placeholder="10.00"
          data-autofocus
          {...amountInput}
          {...form.getInputProps("threshold")}
        />
        <ChargesNow threshold={form.getValues().threshold} balance={wallet.balance} currency={currency} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={`Amount in ${currency}`}
            description={`One charge is as many times this as closes the gap. From ${amount(minimum)} to ${amount(maximum)}.`}
            placeholder="25.00"
            {...amountInput}
            {...form.getInputProps("amount")}
          />
          <TextInput
            label={`Daily cap in ${currency}`}
            description="All charges of one day of the organization's calendar together never go above it."
            placeholder="100.00"
            {...amountInput}
            {...form.getInputProps("daily_cap")}
          />
          <NumberInput
            label="Cooldown in minutes"
            description="The least time from one charge to the next, up to a week."
            allowDecimal={false}
            allowNegative={false}
            required
            {...form.getInputProps("cooldown_minutes")}
          />
          <Select
            label="Payment method"
            description="What is charged, without anybody being asked again."
            placeholder="Choose one"
            data={[...choices]}
            allowDeselect={false}
            required
            {...form.getInputProps("payment_method")}
          />
        </SimpleGrid>
        <FormEnd error={error} verb={isOn ? "Save" : "Turn on"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

interface ChargesNowProps {
  /** As it is typed. */
  readonly threshold: string;
  readonly balance: string;
  readonly currency: string;
}

/** Saving acts at once, which costs money. */
function ChargesNow({ threshold, balance, currency }: ChargesNowProps) {
  const typed = amountField.safeParse(threshold);
  if (!typed.success || compareAmounts(balance, typed.data) >= 0) return null;
  return (
    <Alert color="yellow" role="status">
      The balance is {formatAmount(balance, currency)} now, below the threshold: once this is saved, it charges as soon
      as the cooldown and the daily cap allow.
    </Alert>
  );
}
