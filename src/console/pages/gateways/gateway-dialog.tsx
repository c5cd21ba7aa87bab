/** The name and settings of a gateway, new or not. */
import { Modal, NumberInput, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { Gateway } from "./queries.ts";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the gateway a name.").max(200, "At most 200 characters."),
  tags: z.array(z.string()),
  zdr_mode: z.enum(["off", "passthrough", "strict"]),
  cache: z.enum(["organization", "on", "off"]),
  ttl_seconds: z.int("A whole number of seconds.").min(1, "At least a second."),
});

type GatewayForm = z.output<typeof formSchema>;

interface GatewayDialogProps {
  /** Null: a new one. */
  readonly gateway: Gateway | null;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSaved: (gateway: Gateway) => void;
}

export function GatewayDialog({ opened, ...props }: GatewayDialogProps) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={props.gateway === null ? "Create gateway" : "Change gateway"}>
      <GatewayFields {...props} />
    </Modal>
  );
}

const DEFAULT_TTL_SECONDS = 3_600;

function GatewayFields({ gateway, onClose, onSaved }: Omit<GatewayDialogProps, "opened">) {
  const { form, showFailure } = useChangeForm<GatewayForm>(formSchema, {
    name: gateway?.name ?? "",
    tags: gateway?.tags ?? [],
    zdr_mode: gateway?.zdr_mode ?? "off",
    cache: gateway === null || gateway.cache === null ? "organization" : gateway.cache.enabled ? "on" : "off",
    ttl_seconds: gateway?.cache?.ttl_seconds ?? DEFAULT_TTL_SECONDS,
  });
  const { submit, isPending, error } = useChange({
    change: async (values: GatewayForm, headers) => {
      const body = bodyOf(values);
      if (gateway === null) return read(api.POST("/v1/gateways", { body, headers }));
      return read(api.PATCH("/v1/gateways/{id}", { params: { path: { id: gateway.id } }, body, headers }));
    },
    invalidates: [["gateways"]],
    done: gateway === null ? "The gateway is created." : "The gateway is changed.",
    onDone: (saved) => {
      onClose();
      onSaved(saved);
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" placeholder="Production" data-autofocus required {...form.getInputProps("name")} />
        <TagsInput
          label="Tags"
          description="Access policies and budgets can name them."
          placeholder="env:prod"
          {...form.getInputProps("tags")}
        />
        <Select
          label="Zero data retention"
          description="The strictest of organization, gateway and request counts."
          allowDeselect={false}
          data={[
            { value: "off", label: "Off" },
            { value: "passthrough", label: "Passthrough: providers store nothing" },
            { value: "strict", label: "Strict: no text is kept here either" },
          ]}
          {...form.getInputProps("zdr_mode")}
        />
        <Select
          label="Response cache"
          allowDeselect={false}
          data={[
            { value: "organization", label: "As the organization’s settings say" },
            { value: "on", label: "On" },
            { value: "off", label: "Off" },
          ]}
          {...form.getInputProps("cache")}
        />
        {form.values.cache === "on" ? (
          <NumberInput
            label="Answers are kept for so many seconds"
            min={1}
            allowDecimal={false}
            {...form.getInputProps("ttl_seconds")}
          />
        ) : null}
        <FormEnd error={error} verb={gateway === null ? "Create" : "Save"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function bodyOf({ name, tags, zdr_mode: zdrMode, cache, ttl_seconds: ttlSeconds }: GatewayForm) {
  return {
    name,
    tags,
    zdr_mode: zdrMode,
    cache: cache === "organization" ? null : { enabled: cache === "on", ttl_seconds: ttlSeconds },
  };
}
