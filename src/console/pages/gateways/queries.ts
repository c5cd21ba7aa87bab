/** What the pages about gateways ask. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export type Gateway = Wire<"Gateway">;
export type GatewayConfig = Wire<"GatewayConfig">;
export type ConfigVersion = Wire<"GatewayConfigVersion">;
export type ConfigReport = Wire<"ConfigReport">;

export function gatewaysQuery(pages: Pages) {
  return listQuery(["gateways", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/gateways", { params: { query }, signal })),
  );
}

export function gatewayQuery(id: string) {
  return queryOptions({
    queryKey: ["gateways", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/gateways/{id}", { params: { path: { id } }, signal })),
  });
}

/** The configuration in force. */
export function configQuery(id: string) {
  return queryOptions({
    queryKey: ["gateways", "config", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/gateways/{id}/config", { params: { path: { id } }, signal })),
  });
}

/** Versions never change. */
export function versionQuery(id: string, version: number) {
  return queryOptions({
    queryKey: ["gateways", "version", id, version],
    queryFn: async ({ signal }) =>
      read(
        api.GET("/v1/gateways/{id}/config/versions/{version}", {
          params: { path: { id, version: String(version) } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function versionsQuery(id: string, pages: Pages) {
  return listQuery(["gateways", "versions", id], pages, async (query, signal) =>
    read(api.GET("/v1/gateways/{id}/config/versions", { params: { path: { id }, query }, signal })),
  );
}

const YAML = { "content-type": "application/yaml" } as const;

/** What a push of the text would refuse, and what it would warn of. */
export function lintQuery(text: string) {
  return queryOptions({
    queryKey: ["gateways", "lint", text],
    queryFn: async ({ signal }) =>
      read(api.POST("/v1/gateways/config/lint", { body: text, bodySerializer: asItIs, headers: YAML, signal })),
    placeholderData: keepPreviousData,
  });
}

export async function deployConfig(
  id: string,
  push: { readonly text: string; readonly expectedVersion: number },
  headers: Readonly<Record<"Idempotency-Key", string>>,
) {
  return read(
    api.PUT("/v1/gateways/{id}/config", {
      params: { path: { id }, query: { expected_version: String(push.expectedVersion) } },
      body: push.text,
      bodySerializer: asItIs,
      headers: { ...headers, ...YAML },
    }),
  );
}

function asItIs(text: string): string {
  return text;
}
