/** The forms of the platform's organizations: a new one, and the name and plan of one that is there. */
import { NumberInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { CURRENCIES } from "../../parts/currencies.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import type { NewSecret } from "../../parts/secret-dialog.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

const nameSchema = z.string().trim().min(1, "Give the organization a name.").max(200, "At most 200 characters.");

const newSchema = z.object({
  name: nameSchema,
  currency: z.enum(CURRENCIES),
  owner_email: z.union([z.literal(""), z.email("Write an e-mail address.")]),
});

type NewValues = z.output<typeof newSchema>;

interface CreateOrganizationFormProps {
  readonly onClose: () => void;
  readonly onSecret: (secret: NewSecret) => void;
}

export function CreateOrganizationForm({ onClose, onSecret }: CreateOrganizationFormProps) {
  const { form, showFailure } = useChangeForm<NewValues>(newSchema, { name: "", currency: "USD", owner_email: "" });
  const { submit, isPending, error } = useChange({
    change: async ({ owner_email: email, ...rest }: NewValues, headers) =>
      read(
        api.POST("/v1/admin/organizations", {
          body: { ...rest, ...(email === "" ? {} : { owner_email: email }) },
          headers,
        }),
      ),
    invalidates: [["platform"], ["session"]],
    done: null,
    onDone: (made) => {
      onClose();
      onSecret({ title: `First access key of ${made.name}`, what: "access key", text: made.key });
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <Select label="Currency" allowDeselect={false} data={CURRENCIES} {...form.getInputProps("currency")} />
        <TextInput
          label="Owner's e-mail"
          description="Becomes a member at once, and is invited. Empty: nobody yet; the access key can add members."
          type="email"
          {...form.getInputProps("owner_email")}
        />
        <FormEnd error={error} verb="Create" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

const COUNT = "A whole number, from 0.";

const planSchema = z.object({
  name: nameSchema,
  seat_count: z.int(COUNT).min(0, COUNT),
  seat_monthly_credit: z.string().regex(/^\d+(\.\d{1,9})?$/, "An amount from 0, with at most nine decimals: 20.00."),
  issues_credit: z.boolean(),
});

type PlanValues = z.output<typeof planSchema>;

interface PlanFormProps {
  readonly of: Wire<"Organization">;
  readonly onClose: () => void;
}

export function PlanForm({ of, onClose }: PlanFormProps) {
  const { form, showFailure } = useChangeForm<PlanValues>(planSchema, {
    name: of.name,
    seat_count: of.seat_count,
    seat_monthly_credit: of.seat_monthly_credit,
    issues_credit: of.issues_credit,
  });
  const { submit, isPending, error } = useChange({
    change: async (body: PlanValues, headers) =>
      read(api.PATCH("/v1/admin/organizations/{id}", { params: { path: { id: of.id } }, body, headers })),
    invalidates: [["platform"], ["session"], ["organization"], ["members"]],
    done: "The organization is changed.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <NumberInput
          label="Seats"
          description="With fewer than members have, those who got theirs first keep their credits."
          min={0}
          allowDecimal={false}
          {...form.getInputProps("seat_count")}
        />
        <TextInput
          label={`Monthly credit of each seat, ${of.currency}`}
          description="A changed amount acts from the next grant on."
          inputMode="decimal"
          {...form.getInputProps("seat_monthly_credit")}
        />
        <Switch
          label="Issues credit of its own"
          description="Its administrators credit its wallets themselves. Off: money comes by top-ups and from the platform."
          {...form.getInputProps("issues_credit", { type: "checkbox" })}
        />
        <FormEnd error={error} verb="Save" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
