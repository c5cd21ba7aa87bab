/** Rate limits of a member, team or service user: what their form asks, and how they are told. */
import { Fieldset, NumberInput, SimpleGrid, Text } from "@mantine/core";
import { z } from "zod";
import type { Wire } from "../api/client.ts";
import { formatCount } from "./format.ts";

const limitSchema = z.union([z.literal(""), z.int("A whole number.").min(1, "At least 1.")]);

/** The fields of a form; empty: no limit of its own. */
export const limitFields = { rpm: limitSchema, tpm: limitSchema, max_parallel_requests: limitSchema };

export interface LimitValues {
  readonly rpm: number | "";
  readonly tpm: number | "";
  readonly max_parallel_requests: number | "";
}

export function limitValuesOf(limits: Wire<"RateLimitsShown"> | null): LimitValues {
  return {
    rpm: limits?.rpm ?? "",
    tpm: limits?.tpm ?? "",
    max_parallel_requests: limits?.max_parallel_requests ?? "",
  };
}

function limit(value: number | ""): number | null {
  return value === "" ? null : value;
}

/** As the API takes them: null when there are none. */
export function limitsOf({ rpm, tpm, max_parallel_requests: parallel }: LimitValues): Wire<"RateLimitsShown"> | null {
  if (rpm === "" && tpm === "" && parallel === "") return null;
  return { rpm: limit(rpm), tpm: limit(tpm), max_parallel_requests: limit(parallel) };
}

interface RateLimitInputsProps {
  /** `form.getInputProps` of a form with `limitFields`. */
  readonly propsOf: (field: keyof LimitValues) => object;
}

export function RateLimitInputs({ propsOf }: RateLimitInputsProps) {
  return (
    <Fieldset legend="Rate limits">
      <Text size="sm" c="dimmed" mb="xs">
        Where a field is empty, the organization&apos;s limit holds.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 3 }} style={{ alignItems: "end" }}>
        <NumberInput label="Requests a minute" placeholder="–" min={1} allowDecimal={false} {...propsOf("rpm")} />
        <NumberInput label="Tokens a minute" placeholder="–" min={1} allowDecimal={false} {...propsOf("tpm")} />
        <NumberInput
          label="At the same time"
          placeholder="–"
          min={1}
          allowDecimal={false}
          {...propsOf("max_parallel_requests")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

/** `60 requests, 100,000 tokens a minute; 10 at once`. */
export function sayLimits(limits: Wire<"RateLimitsShown"> | null): string {
  if (limits === null) return "the organization's";
  const { rpm, tpm, max_parallel_requests: parallel } = limits;
  const said = [
    rpm === null ? "" : `${formatCount(rpm)} requests/min`,
    tpm === null ? "" : `${formatCount(tpm)} tokens/min`,
    parallel === null ? "" : `${formatCount(parallel)} at once`,
  ].filter((part) => part !== "");
  return said.length === 0 ? "the organization's" : said.join(", ");
}
