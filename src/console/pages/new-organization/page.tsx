/** A person makes an organization of their own, where the deployment lets them. */
import { Alert, Paper, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { keepOrganizationId } from "../../api/organization-choice.ts";
import { useSession } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { CURRENCIES } from "../../parts/currencies.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { TimeZoneSelect } from "../../parts/time-zone-select.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

export function NewOrganizationPage() {
  const { allowed, left } = useSession().new_organizations;
  return (
    <Stack gap="lg">
      <PageHeader title="New organization" lead="With members, wallets and keys of its own. You become its owner." />
      {left > 0 ? (
        <Paper withBorder p="lg" maw={560}>
          <NewOrganizationForm left={left} />
        </Paper>
      ) : (
        <WhyNot allowed={allowed} />
      )}
    </Stack>
  );
}

function WhyNot({ allowed }: { readonly allowed: number }) {
  const { platform_admin: isAdministrator } = useSession();
  return (
    <Alert
      color="blue"
      maw={560}
      icon={<IconInfoCircle aria-hidden />}
      title={allowed === 0 ? "People make no organizations here" : "You have made as many as you may"}
    >
      {allowed === 0
        ? "Whoever runs this gateway makes them, and can allow it with SIGN_UP_ORGANIZATIONS. "
        : `Each person makes at most ${allowed} here, ever. Whoever runs this gateway can make more. `}
      {isAdministrator ? (
        <>
          That is you:{" "}
          <PageLink to="/platform/organizations" underline="always">
            Organizations
          </PageLink>
          .
        </>
      ) : (
        "Or ask an administrator of an organization to invite you with the address that you signed in with."
      )}
    </Alert>
  );
}

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the organization a name.").max(200, "At most 200 characters."),
  currency: z.enum(CURRENCIES),
  time_zone: z.string().min(1, "Choose a time zone."),
});

type FormValues = z.output<typeof formSchema>;

function NewOrganizationForm({ left }: { readonly left: number }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    name: "",
    currency: "USD",
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const open = async ({ id }: Wire<"FoundedOrganization">): Promise<void> => {
    keepOrganizationId(id);
    await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== "conversations" });
    await navigate({ to: "/" });
  };
  const { submit, isPending, error } = useChange({
    change: async (body: FormValues, headers) => read(api.POST("/v1/organizations", { body, headers })),
    invalidates: [],
    done: "The organization is yours. Create a key, and top up its wallet.",
    onDone: (made) => void open(made),
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required {...form.getInputProps("name")} />
        <Select
          label="Currency"
          description="It can change only while no wallet holds money."
          allowDeselect={false}
          data={CURRENCIES}
          {...form.getInputProps("currency")}
        />
        <TimeZoneSelect
          label="Time zone"
          description="Where days and months begin for budgets and sums."
          {...form.getInputProps("time_zone")}
        />
        <Text size="sm" c="dimmed">
          {left === 1 ? "You can make one more." : `You can make ${left} more.`}
        </Text>
        <FormEnd error={error} verb="Make organization" isPending={isPending} />
      </Stack>
    </form>
  );
}
