/** The organization's wallet settings: what holds are made of, and what happens when money or its ledger is missing. */
import { Alert, Button, Fieldset, Group, NumberInput, Select, SimpleGrid, Stack, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { walletSettingsQuery } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { Answer, SkeletonRows } from "../../parts/answer.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { TimeZoneSelect } from "../../parts/time-zone-select.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { changesOf, formSchema, valuesOf, type FormValues, type WalletSettings } from "./settings-form.ts";
import { RateTiers } from "./settings-rates.tsx";

export function WalletSettingsPage() {
  const mayRead = useMay("org:read");
  const settings = useQuery({ ...walletSettingsQuery, enabled: mayRead });
  return (
    <Stack gap="lg" maw={860}>
      <PageHeader
        title="Wallet settings"
        lead={
          <>
            How much requests hold, and what happens when money is short.{" "}
            <PageLink to="/wallets" underline="always">
              Wallets
            </PageLink>
          </>
        }
      />
      {mayRead ? (
        <Answer query={settings} skeleton={<SkeletonRows rows={10} />}>
          {/* Saved by anybody, it begins anew with what is saved. */}
          {(data) => <SettingsForm key={JSON.stringify(data)} saved={data} />}
        </Answer>
      ) : (
        <EmptyState title="Your role does not show this">Seeing the wallet settings needs org:read.</EmptyState>
      )}
    </Stack>
  );
}

type Form = ReturnType<typeof useChangeForm<FormValues>>["form"];

function SettingsForm({ saved }: { readonly saved: WalletSettings }) {
  const mayChange = useMay("org:billing");
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, valuesOf(saved));
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) =>
      read(api.PUT("/v1/wallets/settings", { body: changesOf(saved, values), headers })),
    invalidates: [["wallet-settings"], ["wallets"], ["spend"], ["budgets"]],
    done: "The settings are saved; they act from the next request.",
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack gap="md">
        {mayChange ? null : (
          <Alert color="blue" title="Only to look at">
            Changing them needs org:billing. Ask an administrator of your organization.
          </Alert>
        )}
        <Fieldset variant="unstyled" disabled={!mayChange}>
          <Stack gap="md">
            <MoneyAndTime form={form} />
            <Holds form={form} />
            <Trouble form={form} />
            <SelfService form={form} />
            <ModelsAndPrivacy form={form} />
            <RateTiers form={form} />
          </Stack>
        </Fieldset>
        {error === null ? null : <FailureNotice error={error} />}
        {mayChange ? (
          <Group justify="flex-end">
            <Button variant="default" disabled={!form.isDirty()} onClick={() => form.reset()}>
              Undo changes
            </Button>
            <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}

function MoneyAndTime({ form }: { readonly form: Form }) {
  return (
    <Fieldset legend="Money and calendar">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label="Currency"
          description="Changes only while every wallet is empty and no reservation is open."
          allowDeselect={false}
          data={["USD", "EUR", "GBP", "JPY", "AUD", "CAD", "CNY"]}
          {...form.getInputProps("currency")}
        />
        <NumberInput
          label="Alert threshold"
          description="A wallet is low at this share of its balance after the last funding, and people are told once."
          suffix=" %"
          min={0}
          max={100}
          allowDecimal={false}
          {...form.getInputProps("alert_threshold_pct")}
        />
        <TimeZoneSelect
          label="Time zone"
          description="Whose hours, days, weeks and months budgets, seats and the spend page count."
          {...form.getInputProps("time_zone")}
        />
        <Select
          label="Week starts on"
          description="For weekly budgets."
          allowDeselect={false}
          data={[
            { value: "monday", label: "Monday" },
            { value: "sunday", label: "Sunday" },
            { value: "saturday", label: "Saturday" },
          ]}
          {...form.getInputProps("week_starts_on")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function Holds({ form }: { readonly form: Form }) {
  return (
    <Fieldset legend="What a request holds">
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <NumberInput
            label="Reserve buffer"
            description="Added to the worst case of every request."
            suffix=" %"
            min={0}
            max={1_000}
            decimalScale={2}
            {...form.getInputProps("reserve_buffer_pct")}
          />
          <NumberInput
            label="Default output cap"
            description="Tokens, of requests without a cap. Empty: the model's maximum, which holds a lot."
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            {...form.getInputProps("default_max_output_tokens")}
          />
          <NumberInput
            label="Least output"
            description="Tokens for which an uncapped request is shortened instead of refused."
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            {...form.getInputProps("minimum_output_tokens")}
          />
        </SimpleGrid>
        <Switch
          label="Send the default cap to the provider"
          description="Off: answers may grow over what is held."
          {...form.getInputProps("enforce_default_max_output", { type: "checkbox" })}
        />
        <Switch
          label="Shorten also what callers ask for"
          description="A request's own cap becomes what the money covers, instead of a refusal."
          {...form.getInputProps("clamp", { type: "checkbox" })}
        />
      </Stack>
    </Fieldset>
  );
}

function Trouble({ form }: { readonly form: Form }) {
  return (
    <Fieldset legend="When something goes wrong">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Select
          label="The ledger does not answer"
          description="Open: requests leave unguarded by funds, budgets and limits; their cost is posted later."
          allowDeselect={false}
          data={[
            { value: "closed", label: "Closed: refuse" },
            { value: "open", label: "Open: forward" },
          ]}
          {...form.getInputProps("wallet_fail_mode")}
        />
        <Select
          label="The caller leaves"
          description="Abort cuts the provider off; drain reads the answer to its end, for its exact usage."
          allowDeselect={false}
          data={[
            { value: "abort", label: "Abort" },
            { value: "drain", label: "Drain" },
          ]}
          {...form.getInputProps("on_client_disconnect")}
        />
        <Select
          label="A stream has used up its hold"
          description="And no more can be held: let it finish, or end it as at an output cap."
          allowDeselect={false}
          data={[
            { value: "finish", label: "Finish" },
            { value: "stop", label: "Stop" },
          ]}
          {...form.getInputProps("on_hold_exhausted")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function SelfService({ form }: { readonly form: Form }) {
  const isAdmin = useMay("org:admin");
  return (
    <Fieldset legend="Self-service">
      <Stack>
        <Switch
          label="Members may top up their own wallet"
          description="Where the payment settings allow users' wallets, and a payment provider is active."
          {...form.getInputProps("self_service_user_top_up", { type: "checkbox" })}
        />
        <Switch
          label="Members may make keys of their own"
          description={`Gateway keys, charged to themselves.${isAdmin ? "" : " Changing it needs org:admin."}`}
          disabled={!isAdmin}
          {...form.getInputProps("self_service_keys", { type: "checkbox" })}
        />
      </Stack>
    </Fieldset>
  );
}

function ModelsAndPrivacy({ form }: { readonly form: Form }) {
  const cached = form.getValues().cache.enabled;
  return (
    <Fieldset legend="Models and what is kept">
      <Stack>
        <Switch
          label="Let models without a price through"
          description="At no cost, and flagged. Off: they are refused."
          {...form.getInputProps("allow_unpriced", { type: "checkbox" })}
        />
        <Select
          label="Zero data retention"
          description="Passthrough asks the provider for it; strict also keeps nothing here."
          allowDeselect={false}
          data={[
            { value: "off", label: "Off" },
            { value: "passthrough", label: "Passthrough" },
            { value: "strict", label: "Strict" },
          ]}
          {...form.getInputProps("zdr_mode")}
        />
        <Group align="flex-end" gap="lg">
          <Switch
            label="Answer repeated requests from the cache"
            description="The same request gets the same answer, free of cost. Never under zero data retention."
            {...form.getInputProps("cache.enabled", { type: "checkbox" })}
          />
          <NumberInput
            label="Seconds that an answer is kept"
            w={220}
            min={1}
            allowDecimal={false}
            disabled={!cached}
            {...form.getInputProps("cache.ttl_seconds")}
          />
        </Group>
        <Group align="flex-end" gap="lg">
          <Switch
            label="Keep bodies in the event log"
            description="Requests and answers, for administrators to read. Never under strict."
            {...form.getInputProps("keep_event_bodies", { type: "checkbox" })}
          />
          <NumberInput
            label="Days that events are kept"
            w={220}
            min={1}
            max={3_650}
            allowDecimal={false}
            {...form.getInputProps("retention_days")}
          />
        </Group>
      </Stack>
    </Fieldset>
  );
}
