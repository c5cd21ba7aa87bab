/** Who may pay into which wallets, how much, and payment methods that were kept. */
import {
  Alert,
  Button,
  Checkbox,
  Fieldset,
  Group,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { methodsQuery } from "../../api/payments.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { positiveAmountField } from "../../parts/amount.ts";
import { Answer } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { paymentSettingsQuery } from "./queries.ts";

type PaymentSettings = Wire<"PaymentSettings">;

const formSchema = z.object({
  preset_amounts: z.array(positiveAmountField).max(12, "At most twelve."),
  minimum: positiveAmountField,
  maximum: positiveAmountField,
  target_scopes: z.array(z.enum(["organization", "team", "user"])),
});

type FormValues = z.output<typeof formSchema>;

export function PaymentSettingsPage() {
  const mayRead = useMay("org:read");
  const settings = useQuery({ ...paymentSettingsQuery, enabled: mayRead });
  return (
    <Stack gap="lg" maw={760}>
      <PageHeader
        title="Payment settings"
        lead={
          <>
            What people may pay in, and into which wallets.{" "}
            <PageLink to="/payments" underline="always">
              Payments
            </PageLink>
          </>
        }
      />
      {mayRead ? (
        <Answer query={settings}>{(data) => <SettingsForm key={JSON.stringify(data)} saved={data} />}</Answer>
      ) : (
        <EmptyState title="Your role does not show this">Seeing the payment settings needs org:read.</EmptyState>
      )}
      <Methods />
    </Stack>
  );
}

function SettingsForm({ saved }: { readonly saved: PaymentSettings }) {
  const mayChange = useMay("org:billing");
  const { currency, ...values } = saved;
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, values);
  const { submit, isPending, error } = useChange({
    change: async (body: FormValues, headers) => read(api.PUT("/v1/payments/settings", { body, headers })),
    invalidates: [["payments"]],
    done: "The payment settings are saved.",
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        {mayChange ? null : (
          <Alert color="blue" title="Only to look at">
            Changing them needs org:billing. Ask an administrator of your organization.
          </Alert>
        )}
        <Fieldset variant="unstyled" disabled={!mayChange}>
          <Stack>
            <TagsInput
              label={`Preset amounts in ${currency}`}
              description="Offered as buttons; press Enter after each. Any amount within the limits can be paid."
              placeholder="50.00"
              {...form.getInputProps("preset_amounts")}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput
                label={`Minimum in ${currency}`}
                description="The smallest top-up."
                inputMode="decimal"
                {...form.getInputProps("minimum")}
              />
              <TextInput
                label={`Maximum in ${currency}`}
                description="The largest top-up."
                inputMode="decimal"
                {...form.getInputProps("maximum")}
              />
            </SimpleGrid>
            <Checkbox.Group
              label="Wallets that can be topped up"
              description="People pay into their own wallet only while the wallet settings allow it, and into those of teams that they lead."
              {...form.getInputProps("target_scopes")}
            >
              <Group mt="xs">
                <Checkbox value="organization" label="The organization's" />
                <Checkbox value="team" label="Teams'" />
                <Checkbox value="user" label="Users'" />
              </Group>
            </Checkbox.Group>
          </Stack>
        </Fieldset>
        {error === null ? null : <FailureNotice error={error} />}
        {mayChange ? (
          <Group justify="flex-end">
            <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}

type Method = Wire<"PaymentMethod">;
const column = columnsOf<Method>();

const COLUMNS = [
  column.display({ id: "label", header: "Payment method", cell: ({ row }) => row.original.label }),
  column.display({ id: "provider", header: "Provider", cell: ({ row }) => row.original.provider }),
  column.display({ id: "kept", header: "Kept since", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <RemoveMethod of={row.original} /> }),
];

function Methods() {
  const methods = useQuery(methodsQuery());
  return (
    <Stack gap="sm" component="section" aria-label="Kept payment methods">
      <Title order={2} size="h4">
        Kept payment methods
      </Title>
      <Answer query={methods}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              title="None is kept"
              action={
                <PageLink to="/add-credits" search={{ save: true }} size="sm" underline="always">
                  Top up and save one
                </PageLink>
              }
            >
              With a saved method, wallets can refill themselves. The card itself stays with the payment provider; here
              would be a reference to it.
            </EmptyState>
          ) : (
            <DataTable caption="Kept payment methods" columns={COLUMNS} rows={data} rowId={({ id }) => id} />
          )
        }
      </Answer>
    </Stack>
  );
}

function RemoveMethod({ of }: { readonly of: Method }) {
  const { submit, isPending } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/payments/methods/{id}", { params: { path: { id } }, headers })),
    invalidates: [["payments"]],
    done: `${of.label} is removed.`,
  });
  const ask = (): void =>
    confirmChange({
      title: `Remove ${of.label}?`,
      consequence:
        "It cannot be charged any more, and auto top-ups from it stop. Payments that were made with it stay.",
      verb: "Remove",
      onConfirm: () => submit(of.id),
    });
  return (
    <Button size="xs" variant="default" loading={isPending} onClick={ask}>
      Remove
    </Button>
  );
}
