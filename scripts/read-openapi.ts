/** The document that `GET /v1/openapi.json` answers, without a gateway. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT_DIR } from "./gateway/project.ts";

/** Asks the application itself. Only ids and the clock are needed for that. */
export async function readOpenApi(): Promise<string> {
  const module: { createApi(deps: object): { request(path: string): Response | Promise<Response> } } = await import(
    pathToFileURL(join(PROJECT_DIR, "src/api/app.ts")).href
  );
  const api = module.createApi({ newId: (prefix: string) => `${prefix}_reference`, nowMs: () => 0 });
  const response = await api.request("/v1/openapi.json");
  return response.text();
}
