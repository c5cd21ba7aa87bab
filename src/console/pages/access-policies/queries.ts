/** What the pages about access policies ask. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";
import type { Question } from "./route.ts";

export type AccessPolicy = Wire<"AccessPolicy">;
export type DraftPolicy = Wire<"DraftAccessPolicy">;

export function accessPoliciesQuery(pages: Pages) {
  return listQuery(["access-policies", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/unified-access/access-policies", { params: { query }, signal })),
  );
}

export function accessPolicyQuery(id: string) {
  return queryOptions({
    queryKey: ["access-policies", "one", id],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/unified-access/access-policies/{id}", { params: { path: { id } }, signal })),
  });
}

/** What the API takes for a question; null until it names a model. */
export function askedOf(
  question: Question,
  endpoint: Wire<"SimulateAccess">["endpoint"],
): Wire<"SimulateAccess"> | null {
  const { key, user, service_user: serviceUser, team, agent, gateway, tags, model } = question;
  if (model === undefined) return null;
  return {
    subject: {
      ...(key === undefined ? {} : { key_id: key }),
      ...(user === undefined ? {} : { user_id: user }),
      ...(serviceUser === undefined ? {} : { service_user_id: serviceUser }),
      ...(team === undefined ? {} : { team_id: team }),
      ...(agent === undefined ? {} : { agent_id: agent }),
      ...(gateway === undefined ? {} : { gateway_id: gateway }),
      ...(tags === undefined ? {} : { tags }),
    },
    model,
    endpoint,
  };
}

/** A question that changes nothing: asked again whenever a policy changes. */
export function decisionQuery(asked: Wire<"SimulateAccess"> | null, drafts: readonly DraftPolicy[]) {
  return queryOptions({
    queryKey: ["access-policies", "decision", asked, drafts],
    queryFn: async ({ signal }) => {
      if (asked === null) throw new TypeError("the question names no model");
      const body = { ...asked, drafts: [...drafts] };
      return read(api.POST("/v1/unified-access/access-policies/simulate", { body, signal }));
    },
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  });
}
