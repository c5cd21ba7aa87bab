/**
 * The real Worker, with organizations' objects that fail when a test says so: `POST /__fault` with
 * `{"fault": "slow" | … | null, "organization": "org_…"?}`.
 */
import worker from "../../../src/index.ts";
import { createFaultyNamespace, FAULTS, type FaultyNamespace } from "../faulty-organization.ts";

export { OAuthServer, Organization, TargetHealth } from "../../../src/index.ts";

interface Faulty {
  readonly env: Env;
  readonly namespace: FaultyNamespace;
}

/** Requests and queue batches of the isolate share its faults. */
let shared: Faulty | null = null;

function faultyOf(env: Env): Faulty {
  if (shared !== null) return shared;
  const namespace = createFaultyNamespace((organizationId) => env.ORGANIZATION.getByName(organizationId));
  shared = { env: Object.assign(Object.create(null), env, { ORGANIZATION: namespace }), namespace };
  return shared;
}

async function setFault(request: Request, namespace: FaultyNamespace): Promise<Response> {
  const body: { readonly fault?: unknown; readonly organization?: string } = await request.json();
  const fault = FAULTS.find((name) => name === body.fault);
  if (fault === undefined) namespace.heal();
  else namespace.fail(fault, body.organization);
  return Response.json({ fault: fault ?? null });
}

export default {
  async fetch(request, env, context) {
    const faulty = faultyOf(env);
    if (new URL(request.url).pathname === "/__fault") return setFault(request, faulty.namespace);
    return worker.fetch(request, faulty.env, context);
  },
  async queue(batch, env) {
    return worker.queue(batch, faultyOf(env).env);
  },
  async scheduled(controller, env) {
    return worker.scheduled(controller, faultyOf(env).env);
  },
} satisfies ExportedHandler<Env>;
