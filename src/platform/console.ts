/** The web console: files beside the Worker, and one page for every address that a browser is led to. */

/** What is the Worker's own, and never a page of the console. */
const OWN_PATHS =
  /^\/(v1|api|\.well-known|healthz|sign-in|sign-up|sign-out|reset-password|account|top-up|payments\/sandbox|payments\/return)(\/|$)/;

/**
 * The console's page, for a browser that is led to it; null for every other request, so that API clients with a wrong path get a
 * refusal in their dialect and never HTML. `files` is undefined where no console was built.
 */
export async function answerConsolePage(request: Request, files: Fetcher | undefined): Promise<Response | null> {
  if (files === undefined || (request.method !== "GET" && request.method !== "HEAD")) return null;
  const url = new URL(request.url);
  if (OWN_PATHS.test(url.pathname) || !isNavigation(request.headers)) return null;
  return files.fetch(new Request(new URL("/", url), { method: request.method, headers: request.headers }));
}

function isNavigation(headers: Headers): boolean {
  return headers.get("sec-fetch-mode") === "navigate" && (headers.get("accept") ?? "").includes("text/html");
}
