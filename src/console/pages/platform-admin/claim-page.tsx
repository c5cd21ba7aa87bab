/** The first platform administrator: whoever has the deployment's token. */
import { Alert, Paper, PasswordInput, Stack, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

const formSchema = z.object({ token: z.string().min(1, "Paste the token.") });

type FormValues = z.output<typeof formSchema>;

export function ClaimPage() {
  const { platform_admin: isAdministrator } = useSession();
  return (
    <Stack gap="lg">
      <PageHeader
        title="Claim the platform role"
        lead="For whoever runs this gateway: organizations, prices, administrators and health."
      />
      {isAdministrator ? (
        <Alert color="green" role="status" icon={<IconCheck aria-hidden />} title="You are a platform administrator">
          <PageLink to="/platform/organizations">To the organizations</PageLink>
        </Alert>
      ) : (
        <Paper withBorder p="lg" maw={560}>
          <ClaimForm />
        </Paper>
      )}
    </Stack>
  );
}

function ClaimForm() {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { token: "" });
  const { submit, isPending, error } = useChange({
    change: async (body: FormValues, headers) => read(api.POST("/v1/platform/claim", { body, headers })),
    invalidates: [["session"], ["platform"]],
    done: "You are a platform administrator.",
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">
          It works once, while nobody has the role. Afterwards a platform administrator gives it to others by their
          address.
        </Text>
        <PasswordInput
          label="Token"
          description="PLATFORM_ADMIN_TOKEN of the deployment; npm start prints it."
          autoComplete="off"
          required
          {...form.getInputProps("token")}
        />
        <FormEnd error={error} verb="Claim" isPending={isPending} />
      </Stack>
    </form>
  );
}
