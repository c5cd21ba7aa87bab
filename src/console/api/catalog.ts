/** The models of the organization, with prices and who may use them, for pages that let a person choose one. */
import { queryOptions } from "@tanstack/react-query";
import { compareAmounts } from "../parts/decimal.ts";
import { api, read, type Wire } from "./client.ts";

export type CatalogModel = Wire<"CatalogModel">;

const PAGE = 200;
const MAX_PAGES = 10;

export const catalogQuery = queryOptions({
  queryKey: ["models", "catalog"],
  queryFn: async ({ signal }): Promise<readonly CatalogModel[]> => {
    const models: CatalogModel[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
      const answer = await read(api.GET("/v1/unified-access/models", { params: { query }, signal }));
      models.push(...answer.data);
      cursor = answer.next_cursor;
      if (cursor === null) break;
    }
    return models;
  },
  staleTime: 60_000,
});

/** What a first message goes to when nobody has chosen: the cheapest that the caller may use. */
export function cheapestModel(models: readonly CatalogModel[]): CatalogModel | null {
  const [first] = models
    .filter(({ allowed }) => allowed)
    .toSorted((a, b) => compareAmounts(String(a.output_price_per_million), String(b.output_price_per_million)));
  return first ?? null;
}
