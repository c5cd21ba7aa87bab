/** Which payment provider is active, and where payers may return to. */
import { Badge, Button, Group, Select, Stack, Table, TagsInput, Title } from "@mantine/core";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

type PaymentsConfig = Wire<"PaymentsConfig">;

const formSchema = z.object({
  provider: z.enum(["sandbox", "stripe"]).nullable(),
  return_origins: z.array(z.url("An origin: https://chat.example.com")).max(20, "At most twenty."),
});

type FormValues = z.output<typeof formSchema>;

export function ProviderForm({ saved }: { readonly saved: PaymentsConfig }) {
  const { provider, return_origins: origins } = saved;
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { provider, return_origins: origins });
  const { submit, isPending, error } = useChange({
    change: async (body: FormValues, headers) => read(api.PUT("/v1/admin/payments/config", { body, headers })),
    invalidates: [["payments"]],
    done: "The payment provider is saved; it takes new payments from now on.",
    onFailure: showFailure,
  });
  return (
    <Stack gap="sm" component="section" aria-label="Payment provider" maw={760}>
      <Title order={2} size="h4">
        Provider
      </Title>
      <form noValidate onSubmit={form.onSubmit(submit)}>
        <Stack>
          <Select
            label="Active provider"
            description="Payments that are under way stay with theirs. None: wallets are credited by hand."
            placeholder="None"
            clearable
            data={saved.providers.map(({ name }) => name)}
            {...form.getInputProps("provider")}
          />
          <TagsInput
            label="Origins that payers may return to"
            description="Beside this gateway's own; press Enter after each."
            placeholder="https://chat.example.com"
            {...form.getInputProps("return_origins")}
          />
          {error === null ? null : <FailureNotice error={error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
      <Table>
        <Table.Caption>What each provider could take</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Provider</Table.Th>
            <Table.Th scope="col">Currencies</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {saved.providers.map(({ name, currencies }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>
                <Group gap={4}>
                  {currencies.map(({ currency, ready, message }) => (
                    <Badge key={currency} variant="dot" color={ready ? "green" : "gray"} title={message ?? "ready"}>
                      {ready ? currency : `${currency}: not ready`}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
