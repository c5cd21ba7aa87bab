/** Which wallet, and how much; then the provider's checkout, in a window of its own. */
import { Alert, Button, Checkbox, Group, Radio, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { positiveAmountField } from "../../parts/amount.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { formatAmount } from "../../parts/format.ts";
import { NameSelect } from "../../parts/name-picker.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { Scope } from "./queries.ts";
import { FUNDABLE } from "./route.ts";

type Availability = Wire<"PaymentAvailability">;
type ScopeAvailability = Availability["scopes"][number];

const formSchema = z.object({ amount: positiveAmountField, save_payment_method: z.boolean() });
type FormValues = z.output<typeof formSchema>;

const route = getRouteApi("/add-credits");
const POPUP = "popup,width=540,height=760";

export function CheckoutForm({ of }: { readonly of: Availability }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const scope = search.scope ?? of.scopes.find(({ available }) => available)?.scope ?? "organization";
  const chosen = of.scopes.find((each) => each.scope === scope);
  const popup = useRef<Window | null>(null);
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    amount: of.preset_amounts[0] ?? "",
    save_payment_method: search.save ?? false,
  });
  const { submit, isPending, error } = useChange({
    change: async ({ amount, save_payment_method }: FormValues, headers) =>
      read(
        api.POST("/v1/payments/create-checkout", {
          body: {
            amount: amount.trim(),
            save_payment_method,
            ...targetOf(scope, search),
            return_url: `${location.origin}/add-credits${popup.current === null ? "" : "?window=own"}`,
          },
          headers,
        }),
      ),
    invalidates: [["payments"]],
    done: null,
    onDone: ({ session_id: id, approval_url: url }) => {
      // Without its window, blocked or closed, the payer goes there and comes back here.
      if (popup.current === null || popup.current.closed) return location.assign(url);
      popup.current.location.replace(url);
      void navigate({ search: { session_id: id } });
    },
    onFailure: (failure) => {
      popup.current?.close();
      showFailure(failure);
    },
  });
  const isPossible = chosen?.available === true;
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        // Now, while the browser sees that somebody pressed a button.
        popup.current = window.open("about:blank", "keeptrusts-checkout", POPUP);
        // The provider's page has no business with this one.
        if (popup.current !== null) popup.current.opener = null;
        submit(values);
      })}
    >
      <Stack gap="md">
        <ScopeChoice of={of} scope={scope} />
        {chosen !== undefined && !chosen.available ? <Unavailable of={chosen} /> : null}
        <Amount of={of} form={form} disabled={!isPossible} />
        <Checkbox
          label="Save this payment method"
          description="The payment provider keeps it, so that wallets can refill themselves from it (auto top-up). It is charged for nothing else."
          disabled={!isPossible}
          {...form.getInputProps("save_payment_method", { type: "checkbox" })}
        />
        {error === null ? null : <FailureNotice error={error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending} disabled={!isPossible}>
            Continue to payment
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const SCOPE_LABELS = {
  organization: ["The organization's wallet", "Everybody's requests fall back to it."],
  team: ["A team's wallet", "Pays for requests that are charged to the team."],
  user: ["A person's wallet", "Pays for that person's requests first."],
} as const satisfies Record<Scope, readonly [string, string]>;

function ScopeChoice({ of, scope }: { readonly of: Availability; readonly scope: Scope }) {
  const { team, user } = route.useSearch();
  const navigate = route.useNavigate();
  const isBilling = useMay("org:billing");
  const led = (useOrganization()?.teams ?? []).filter(({ role }) => role === "lead");
  const setTeam = (id: string | null): void =>
    void navigate({ search: (before) => ({ ...before, team: id ?? undefined }), replace: true });
  return (
    <>
      <Radio.Group
        label="Into which wallet"
        value={scope}
        onChange={(value) =>
          void navigate({ search: { scope: FUNDABLE.find((each) => each === value) }, replace: true })
        }
      >
        <Stack gap="xs" mt="xs">
          {of.scopes.map((each) => (
            <Radio
              key={each.scope}
              value={each.scope}
              label={SCOPE_LABELS[each.scope][0]}
              description={SCOPE_LABELS[each.scope][1]}
            />
          ))}
        </Stack>
      </Radio.Group>
      {scope !== "team" ? null : isBilling ? (
        <NameSelect kind="team" label="Team" value={team ?? null} onChange={setTeam} />
      ) : (
        <Select
          label="Team"
          placeholder={led.length === 0 ? "You lead none" : "One that you lead"}
          data={led.map(({ id, name }) => ({ value: id, label: name }))}
          value={team ?? null}
          onChange={setTeam}
        />
      )}
      {scope === "user" && isBilling ? (
        <NameSelect
          kind="user"
          label="Person"
          placeholder="You"
          value={user ?? null}
          onChange={(id) =>
            void navigate({ search: (before) => ({ ...before, user: id ?? undefined }), replace: true })
          }
        />
      ) : null}
    </>
  );
}

/** The API's own words; for those who cannot help themselves they begin with "Contact your org admin to add credits". */
function Unavailable({ of: { reason, message } }: { readonly of: ScopeAvailability }) {
  const isBilling = useMay("org:billing");
  if (reason === "owner_required") {
    return <Alert color="blue" icon={<IconInfoCircle aria-hidden />} title="Choose whose wallet it is" />;
  }
  return (
    <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="Not possible for this wallet">
      {message}
      {isBilling ? " Credits that were paid elsewhere can be entered at Wallets." : ""}
    </Alert>
  );
}

interface AmountProps {
  readonly of: Availability;
  readonly form: ReturnType<typeof useChangeForm<FormValues>>["form"];
  readonly disabled: boolean;
}

function Amount({ of, form, disabled }: AmountProps) {
  const amount = (text: string): string => formatAmount(text, of.currency);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500} id="presets">
        Amount
      </Text>
      <Group gap="xs" role="group" aria-labelledby="presets">
        {of.preset_amounts.map((preset) => (
          <Button
            key={preset}
            variant={form.getValues().amount === preset ? "filled" : "default"}
            aria-pressed={form.getValues().amount === preset}
            disabled={disabled}
            onClick={() => form.setFieldValue("amount", preset)}
          >
            {amount(preset)}
          </Button>
        ))}
      </Group>
      <TextInput
        label={`Another amount in ${of.currency}`}
        description={`From ${amount(of.minimum)} to ${amount(of.maximum)}.`}
        inputMode="decimal"
        autoComplete="off"
        disabled={disabled}
        {...form.getInputProps("amount")}
      />
    </Stack>
  );
}

function targetOf(
  scope: Scope,
  { team, user }: { readonly team?: string | undefined; readonly user?: string | undefined },
): Pick<Wire<"Checkout">, "scope" | "team_id" | "user_id"> {
  if (scope === "team") return { scope, ...(team === undefined ? {} : { team_id: team }) };
  return scope === "user" && user !== undefined ? { scope, user_id: user } : { scope };
}
