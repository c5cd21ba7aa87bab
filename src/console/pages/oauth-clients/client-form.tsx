/** The form of an OAuth client. */
import { Checkbox, Input, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange, type ChangeHeaders } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { SCOPE_MEANINGS, SCOPES } from "../../parts/scopes.ts";
import type { NewSecret } from "../../parts/secret-dialog.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the application a name.").max(200, "At most 200 characters."),
  type: z.enum(["public", "confidential"]),
  redirect_uris: z.string().refine((text) => linesOf(text).length > 0, "Write at least one address."),
  scopes: z.array(z.enum(SCOPES)).min(1, "Choose at least one."),
});

type FormValues = z.output<typeof formSchema>;

interface ClientFormProps {
  /** Null: a new one. */
  readonly of: Wire<"OAuthClient"> | null;
  readonly onClose: () => void;
  readonly onSecret: (secret: NewSecret) => void;
}

export function ClientForm({ of, onClose, onSecret }: ClientFormProps) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    name: of?.name ?? "",
    type: of?.type ?? "public",
    redirect_uris: of?.redirect_uris.join("\n") ?? "",
    scopes: of?.scopes ?? [...SCOPES],
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) => save(of, values, headers),
    invalidates: [["oauth-clients"]],
    done: of === null ? "The application is registered." : "The application is changed.",
    onDone: (secret) => {
      onClose();
      if (secret !== null) onSecret(secret);
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Name"
          description="People see it when they are asked."
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        {of === null ? (
          <Input.Wrapper
            label="Type"
            labelElement="div"
            description="Public: runs where its users can read it, and has no secret. Confidential: runs on a server."
          >
            <SegmentedControl
              fullWidth
              aria-label="Type"
              data={[
                { value: "public", label: "Public" },
                { value: "confidential", label: "Confidential" },
              ]}
              {...form.getInputProps("type")}
            />
          </Input.Wrapper>
        ) : null}
        <Textarea
          label="Redirect URIs"
          description="One a line, each to the letter as the application sends it."
          placeholder="https://editor.example/callback"
          autosize
          minRows={2}
          required
          {...form.getInputProps("redirect_uris")}
        />
        <Checkbox.Group
          label="Scopes"
          description="The most that it may ask for; a scope that is taken away is in no token from then on."
          {...form.getInputProps("scopes")}
        >
          <Stack gap="xs" mt="xs">
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope} label={`${scope}: ${SCOPE_MEANINGS[scope]}`} />
            ))}
          </Stack>
        </Checkbox.Group>
        <FormEnd error={error} verb={of === null ? "Register" : "Save"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

/** The secret of a new confidential client. */
async function save(of: Wire<"OAuthClient"> | null, values: FormValues, headers: ChangeHeaders) {
  const { name, type, scopes } = values;
  const body = { name, redirect_uris: linesOf(values.redirect_uris), scopes };
  if (of !== null) {
    await read(api.PATCH("/v1/unified-access/oauth-clients/{id}", { params: { path: { id: of.id } }, body, headers }));
    return null;
  }
  const made = await read(api.POST("/v1/unified-access/oauth-clients", { body: { ...body, type }, headers }));
  return made.client_secret === undefined
    ? null
    : { title: `Secret of ${made.name}`, what: "client secret", text: made.client_secret };
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
