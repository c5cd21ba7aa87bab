/** The catalog: every model in force, with its prices and whether the person may use it. */
import { queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "./client.ts";

export type CatalogModel = Wire<"CatalogModel">;
export type Endpoint = CatalogModel["endpoints"][number];

export const catalogQuery = queryOptions({
  queryKey: ["models", "catalog"],
  queryFn: async ({ signal }) => {
    const models: CatalogModel[] = [];
    let cursor: string | null = null;
    do {
      const query: { cursor?: string } = cursor === null ? {} : { cursor };
      const page: CatalogPage = await read(api.GET("/v1/unified-access/models", { params: { query }, signal }));
      models.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return models;
  },
  staleTime: 60_000,
});

interface CatalogPage {
  readonly data: readonly CatalogModel[];
  readonly next_cursor: string | null;
}

/** The model with that name or alias. */
export function findModel(models: readonly CatalogModel[], name: string): CatalogModel | undefined {
  return models.find((model) => model.model === name) ?? models.find(({ aliases }) => aliases?.includes(name));
}
