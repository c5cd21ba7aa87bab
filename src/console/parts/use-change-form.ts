/** Forms over a change: checked by a zod schema first, and the API's refusal is shown at the field it names. */
import { schemaResolver, useForm } from "@mantine/form";
import type { z } from "zod";
import { ApiFailure } from "../api/failure.ts";

/** `schema` reads what the inputs hold; its messages are shown under them. */
export function useChangeForm<Values extends Record<string, unknown>>(
  schema: z.ZodType<unknown, Values>,
  initialValues: Values,
) {
  const form = useForm<Values>({ initialValues, validate: schemaResolver(schema) });
  const { setFieldError } = form;
  /** Shows a failure at the field that it names, when the form has it. */
  const showFailure = (error: Error): void => {
    if (!(error instanceof ApiFailure) || error.param === null || !Object.hasOwn(initialValues, error.param)) return;
    setFieldError(error.param, error.message);
  };
  return { form, showFailure };
}
