/** From nothing to a first request: a key, a snippet, and the request as it arrives. */
import { Alert, Button, Group, Paper, Stack, Text, TextInput, ThemeIcon, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { Copy } from "../../parts/copy.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { Arrivals } from "./arrivals.tsx";
import { SnippetTabs } from "./snippet-tabs.tsx";

export function StartPage() {
  const [token, setToken] = useState<string | null>(null);
  return (
    <Stack gap="lg" maw={860}>
      <PageHeader
        title="Get started"
        lead="Make a key, copy a snippet, and see the first request arrive with its cost."
      />
      <Step number={1} title="Make a key">
        {token === null ? <KeyForm onIssued={setToken} /> : <IssuedKey token={token} />}
      </Step>
      <Step number={2} title="Send a request">
        <SnippetTabs token={token} />
      </Step>
      <Step number={3} title="See it arrive">
        <Arrivals />
      </Step>
      <Text size="sm" c="dimmed">
        Without a terminal:{" "}
        <PageLink to="/chat" size="sm" underline="always">
          chat with a model
        </PageLink>
        , which needs no key.
      </Text>
    </Stack>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly children: ReactNode;
}

function Step({ number, title, children }: StepProps) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Group gap="sm">
          <ThemeIcon radius="xl" size="md" variant="light" aria-hidden>
            {number}
          </ThemeIcon>
          <Title order={2} size="h4">
            {title}
          </Title>
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the key a name.").max(200, "At most 200 characters."),
});
type FormValues = z.output<typeof formSchema>;

function KeyForm({ onIssued }: { readonly onIssued: (token: string) => void }) {
  const memberId = useOrganization()?.member_id;
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { name: "first key" });
  const { submit, isPending, error } = useChange({
    change: async ({ name }: FormValues, headers) => {
      const body: Wire<"CreateKey"> = {
        name,
        type: "gateway",
        ...(memberId === undefined ? {} : { member_id: memberId }),
      };
      return read(api.POST("/v1/keys", { body, headers }));
    },
    invalidates: [["keys"]],
    done: null,
    onDone: ({ key }) => onIssued(key),
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack gap="sm">
        <Text size="sm">
          A gateway key of your own: what is sent with it is charged to you. Programs and tools send it in the place of
          a provider's key.
        </Text>
        <Group align="flex-end">
          <TextInput label="Name" required {...form.getInputProps("name")} />
          <Button type="submit" loading={isPending}>
            Make the key
          </Button>
        </Group>
        {error === null ? null : <FailureNotice error={error} />}
        <Text size="sm" c="dimmed">
          You have one already? Put it where the snippets say <code>$GATEWAY_KEY</code>. All of yours are on{" "}
          <PageLink to="/keys" size="sm" underline="always">
            Keys
          </PageLink>
          .
        </Text>
      </Stack>
    </form>
  );
}

function IssuedKey({ token }: { readonly token: string }) {
  return (
    <Stack gap="sm">
      <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Copy it now">
        It is shown until you leave this page and stored nowhere. The snippets below have it in them.
      </Alert>
      <Copy what="key" text={token} block />
    </Stack>
  );
}
