/** The form of a limit. */
import { Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { Constraint } from "./queries.ts";

const formSchema = z
  .object({
    type: z.enum(["credits", "tokens", "requests"]),
    limit: z.string().regex(/^\d+(\.\d{1,9})?$/, "A number, such as 25 or 2.50."),
    window: z.enum(["total", "run", "hourly", "daily", "weekly", "monthly"]),
  })
  .refine(({ type, limit }) => type === "credits" || /^\d+$/.test(limit), {
    path: ["limit"],
    message: "A whole number.",
  });

type ConstraintForm = z.output<typeof formSchema>;

interface ConstraintDialogProps {
  readonly agentId: string;
  /** Null: closed. */
  readonly edited: Constraint | "new" | null;
  readonly onClose: () => void;
}

export function ConstraintDialog({ agentId, edited, onClose }: ConstraintDialogProps) {
  return (
    <Modal opened={edited !== null} onClose={onClose} title={edited === "new" ? "Add limit" : "Change limit"}>
      {edited === null ? null : (
        <ConstraintForm agentId={agentId} constraint={edited === "new" ? null : edited} onClose={onClose} />
      )}
    </Modal>
  );
}

interface ConstraintFormProps {
  readonly agentId: string;
  readonly constraint: Constraint | null;
  readonly onClose: () => void;
}

function ConstraintForm({ agentId, constraint, onClose }: ConstraintFormProps) {
  const currency = useCurrency();
  const { form, showFailure } = useChangeForm<ConstraintForm>(formSchema, {
    type: constraint?.type ?? "credits",
    limit: constraint === null ? "" : String(constraint.limit),
    window: constraint?.window ?? "daily",
  });
  const { submit, isPending, error } = useChange({
    change: async ({ type, limit, window }: ConstraintForm, headers) => {
      const body = { type, window, limit: type === "credits" ? limit : Number(limit) };
      if (constraint === null) {
        return read(
          api.POST("/v1/agents/{id}/usage-constraints", { params: { path: { id: agentId } }, body, headers }),
        );
      }
      const path = { id: agentId, constraint_id: constraint.id };
      return read(api.PUT("/v1/agents/{id}/usage-constraints/{constraint_id}", { params: { path }, body, headers }));
    },
    invalidates: [["agents", "constraints"]],
    done: "The limit is saved.",
    onDone: onClose,
    onFailure: showFailure,
  });
  const isOther =
    constraint !== null && (constraint.type !== form.values.type || constraint.window !== form.values.window);
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Select
          label="Counts"
          allowDeselect={false}
          data={[
            { value: "credits", label: `Credits: money, ${currency}` },
            { value: "tokens", label: "Tokens: input and output" },
            { value: "requests", label: "Requests" },
          ]}
          {...form.getInputProps("type")}
        />
        <TextInput label="At most" inputMode="decimal" data-autofocus required {...form.getInputProps("limit")} />
        <Select
          label="In"
          description="Calendar windows are those of the organization’s time zone."
          allowDeselect={false}
          data={[
            { value: "hourly", label: "each hour" },
            { value: "daily", label: "each day" },
            { value: "weekly", label: "each week" },
            { value: "monthly", label: "each month" },
            { value: "run", label: "each run (X-Agent-Run-Id)" },
            { value: "total", label: "all, never starting anew" },
          ]}
          {...form.getInputProps("window")}
        />
        {isOther ? <Text size="sm">Another kind or window counts on its own, from now on.</Text> : null}
        {form.values.window === "run" ? (
          <Text size="sm">Requests without X-Agent-Run-Id are refused, since they would escape the limit.</Text>
        ) : null}
        <FormEnd error={error} verb="Save" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
