/** What would be held for the person's own request: asked when the button is pressed, since it may be refused. */
import { Button, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CatalogModel } from "../../api/catalog.ts";
import { Facts } from "../../parts/facts.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { estimateQuery, type AskedEstimate } from "./queries.ts";

export function HoldEstimate({ model }: { readonly model: CatalogModel }) {
  const [prompt, setPrompt] = useState("Hello");
  const [maxOutputTokens, setMaxOutputTokens] = useState(400);
  const [asked, setAsked] = useState<AskedEstimate | null>(null);
  const estimate = useQuery(estimateQuery(asked));
  const endpoint = model.endpoints[0] ?? "openai.chat";
  const ask = (): void => {
    const question = { endpoint, model: model.model, prompt, maxOutputTokens };
    if (JSON.stringify(question) === JSON.stringify(asked)) void estimate.refetch();
    else setAsked(question);
  };
  return (
    <Stack>
      <Textarea
        label="Prompt"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={100_000}
        value={prompt}
        onChange={({ currentTarget: { value } }) => setPrompt(value)}
      />
      <NumberInput
        label="At most so many output tokens"
        min={1}
        max={model.max_output_tokens ?? 1_000_000}
        allowDecimal={false}
        thousandSeparator=","
        value={maxOutputTokens}
        onChange={(value) => setMaxOutputTokens(typeof value === "number" ? value : 1)}
      />
      <Button
        variant="default"
        style={{ alignSelf: "flex-start" }}
        loading={estimate.isFetching}
        disabled={prompt === ""}
        onClick={ask}
      >
        Estimate
      </Button>
      {estimate.error === null ? null : <FailureNotice error={estimate.error} />}
      {estimate.data === undefined || estimate.error !== null ? null : (
        <>
          <Facts
            rows={[
              ["Held at first", formatAmount(estimate.data.hold, estimate.data.currency)],
              [
                "Paid by",
                estimate.data.payer === null ? "nobody could pay now" : `the ${estimate.data.payer.scope} wallet`,
              ],
              ["Affordable output", `${formatCount(estimate.data.affordable_output_tokens)} tokens`],
              ["Targets", estimate.data.targets.map(({ id }) => id).join(", ")],
            ]}
          />
          <Text size="sm" c="dimmed">
            The hold is for the longest answer, with the organization’s buffer. What is not used comes back when the
            answer ends.
          </Text>
        </>
      )}
    </Stack>
  );
}
