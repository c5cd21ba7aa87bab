/** What members may do themselves. */
import { Switch } from "@mantine/core";
import { z } from "zod";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { SettingsForm } from "./settings-form.tsx";
import { useSettingsChange, type Settings } from "./use-settings-change.ts";

const formSchema = z.object({ self_service_keys: z.boolean(), self_service_user_top_up: z.boolean() });

type FormValues = z.output<typeof formSchema>;

interface SelfServiceFormProps {
  readonly settings: Settings;
  /** Who may make keys is not a matter of money: it needs `org:admin` too. */
  readonly mayAdmin: boolean;
  readonly isEditable: boolean;
}

export function SelfServiceForm({ settings, mayAdmin, isEditable }: SelfServiceFormProps) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    self_service_keys: settings.self_service_keys,
    self_service_user_top_up: settings.self_service_user_top_up,
  });
  const { submit, isPending, error } = useSettingsChange(
    ({ self_service_keys: keys, self_service_user_top_up: topUp }: FormValues) => ({
      self_service_user_top_up: topUp,
      ...(mayAdmin ? { self_service_keys: keys } : {}),
    }),
    showFailure,
  );
  return (
    <SettingsForm
      label="Self-service"
      isEditable={isEditable}
      isPending={isPending}
      error={error}
      onSubmit={form.onSubmit(submit)}
    >
      <Switch
        label="Members make their own gateway keys"
        description={
          mayAdmin
            ? "At most twenty each, charged to themselves. Off: they can still see and revoke theirs."
            : "Changing it needs org:admin."
        }
        disabled={!mayAdmin}
        {...form.getInputProps("self_service_keys", { type: "checkbox" })}
      />
      <Switch
        label="Members top up their own wallets"
        description="With a payment of their own, where this gateway takes payments."
        {...form.getInputProps("self_service_user_top_up", { type: "checkbox" })}
      />
    </SettingsForm>
  );
}
