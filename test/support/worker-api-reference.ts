/** The API reference as the gateway answers it, reduced to what tests walk over. */
import { z } from "zod";
import { call } from "./worker-api.ts";

const schemaSchema = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  example: z.record(z.string(), z.unknown()).optional(),
});
type Schema = z.infer<typeof schemaSchema>;

const content = z.looseObject({
  headers: z.record(z.string(), z.unknown()).optional(),
  content: z.record(z.string(), z.object({ schema: schemaSchema })).optional(),
});

const referenceSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        tags: z.array(z.string()),
        parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
        requestBody: content.optional(),
        responses: z.record(z.string(), content),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), schemaSchema) }),
});

export interface Operation {
  /** `METHOD /path`. */
  readonly name: string;
  readonly tag: string;
  readonly headers: readonly string[];
  readonly query: readonly string[];
  /** Its answer is a page. */
  readonly isList: boolean;
  /** Of the JSON body; null: it has none. */
  readonly fields: readonly { readonly name: string; readonly required: boolean }[] | null;
  readonly example: Readonly<Record<string, unknown>> | null;
  /** By status: the schema's name and the headers of the answer. */
  readonly answers: Readonly<Record<string, { readonly schema: string | null; readonly headers: readonly string[] }>>;
}

export async function readReference(): Promise<Operation[]> {
  const { body } = await call("GET /v1/openapi.json", { token: null });
  const { paths, components } = referenceSchema.parse(body);
  const resolve = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : components.schemas[nameOf(schema) ?? ""];
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const schema = resolve(operation.requestBody?.content?.["application/json"]?.schema);
      return {
        name: `${method.toUpperCase()} ${path}`,
        tag: operation.tags[0] ?? "",
        headers: operation.parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name),
        query: operation.parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name),
        isList:
          resolve(operation.responses["200"]?.content?.["application/json"]?.schema)?.properties?.["next_cursor"] !==
          undefined,
        fields: schema === undefined ? null : fieldsOf(schema),
        example: schema?.example ?? null,
        answers: Object.fromEntries(
          Object.entries(operation.responses).map(([status, answer]) => [
            status,
            {
              schema: nameOf(answer.content?.["application/json"]?.schema),
              headers: Object.keys(answer.headers ?? {}),
            },
          ]),
        ),
      };
    }),
  );
}

function fieldsOf({ properties = {}, required = [] }: Schema): Operation["fields"] {
  return Object.keys(properties).map((name) => ({ name, required: required.includes(name) }));
}

function nameOf(schema: Schema | undefined): string | null {
  return schema?.$ref?.split("/").at(-1) ?? null;
}
