/** Tries a request of some size against the budgets, by the code that decides requests. */
import {
  Alert,
  Button,
  Group,
  NumberInput,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { catalogQuery, findModel } from "../../api/catalog.ts";
import { api, read, type Wire } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useChange } from "../../api/use-change.ts";
import { amountField } from "../../parts/amount.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { formatAmount } from "../../parts/format.ts";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { BudgetQuestion } from "./queries.ts";
import { WindowBar } from "./window-bar.tsx";

const formSchema = z
  .object({
    by: z.enum(["tokens", "amount"]),
    input: z.union([z.literal(""), z.int().min(0)]),
    output: z.union([z.literal(""), z.int().min(1, "At least 1.")]),
    amount: z.string(),
  })
  .superRefine(({ by, amount }, context) => {
    const problem = amountField.safeParse(amount).error?.issues[0];
    if (by === "amount" && problem !== undefined)
      context.addIssue({ code: "custom", path: ["amount"], message: problem.message });
  });

type FormValues = z.output<typeof formSchema>;

export function Simulator({ question }: { readonly question: BudgetQuestion }) {
  const currency = useCurrency();
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    by: "tokens",
    input: 1_000,
    output: 500,
    amount: "0.25",
  });
  const { model, endpoint: chosen, ...subject } = question;
  const catalog = useQuery(catalogQuery);
  const endpoint = chosen ?? findModel(catalog.data ?? [], model ?? "")?.endpoints[0] ?? "openai.chat";
  const { submit, isPending, error, reset, result } = useSimulation(showFailure);
  const { by } = form.getValues();
  return (
    <Stack gap="sm" component="section" aria-label="Simulator">
      <Title order={2} size="h4">
        Try it
      </Title>
      <form
        noValidate
        onSubmit={form.onSubmit((values) => {
          if (model === undefined) return;
          reset();
          submit({ subject, model, endpoint, ...sizeOf(values) });
        })}
      >
        <Group gap="md" align="flex-end">
          <SegmentedControl
            aria-label="Size of the request"
            data={[
              { value: "tokens", label: "By tokens" },
              { value: "amount", label: "By amount" },
            ]}
            {...form.getInputProps("by")}
          />
          {by === "tokens" ? (
            <>
              <NumberInput
                label="Input tokens"
                w={140}
                min={0}
                allowDecimal={false}
                thousandSeparator=","
                {...form.getInputProps("input")}
              />
              <NumberInput
                label="Output cap"
                placeholder="the model's"
                w={140}
                min={1}
                allowDecimal={false}
                thousandSeparator=","
                {...form.getInputProps("output")}
              />
            </>
          ) : (
            <TextInput label={`Amount in ${currency}`} w={160} inputMode="decimal" {...form.getInputProps("amount")} />
          )}
          <Button type="submit" loading={isPending} disabled={model === undefined}>
            Would it pass?
          </Button>
        </Group>
      </form>
      {model === undefined ? (
        <Text size="sm" c="dimmed">
          Choose a model first: what a request holds follows from its price.
        </Text>
      ) : null}
      {error === null ? null : <FailureNotice error={error} />}
      {result === null ? null : <Verdict of={result} />}
    </Stack>
  );
}

/** A question, though it is sent as a change: it is asked when somebody presses the button. */
function useSimulation(onFailure: (error: Error) => void) {
  const { submit, isPending, error, reset, data } = useChange({
    change: async (body: Wire<"SimulateBudgets">, headers) =>
      read(api.POST("/v1/unified-access/budgets/simulate", { body, headers })),
    invalidates: [],
    done: null,
    onFailure,
  });
  return { submit, isPending, error, reset, result: data ?? null };
}

function sizeOf({ by, input, output, amount }: FormValues): Pick<Wire<"SimulateBudgets">, "amount" | "tokens"> {
  if (by === "amount") return { amount: amount.trim() };
  return { tokens: { input: input === "" ? 0 : input, ...(output === "" ? {} : { output }) } };
}

function Verdict({ of }: { readonly of: Wire<"BudgetSimulation"> }) {
  const passes = of.decision === "allow";
  return (
    <Stack gap="sm" role="status">
      <Alert
        color={passes ? "green" : "red"}
        icon={passes ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
        title={passes ? "It would pass" : "It would be refused"}
      >
        <Stack gap={4}>
          {of.amount === null ? null : <Text size="sm">It would hold {formatAmount(of.amount, of.currency)}.</Text>}
          {of.reasons.map((reason) => (
            <Text key={reason} size="sm">
              {reason}
            </Text>
          ))}
        </Stack>
      </Alert>
      {of.windows.map((window) => (
        <Paper key={`${window.policy_id} ${window.window}`} withBorder p="md">
          <WindowBar
            of={window}
            currency={of.currency}
            label={`${window.name} ${window.fits ? "has room" : "has no room"}`}
          />
        </Paper>
      ))}
    </Stack>
  );
}
