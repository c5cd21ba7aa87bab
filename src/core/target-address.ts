/**
 * Where a configured target may lie, and whose credential it gets there. Whoever configures a gateway chooses the address, so a
 * credential of the deployment goes only to addresses that the deployment itself has chosen or trusts.
 */
import type { Provider } from "./endpoint.ts";
import { fail, ok, type Result } from "./failure.ts";
import type { SecretRef } from "./gateway-config.ts";
import { findUrlProblem } from "./public-url.ts";

/** What the deployment says about upstreams. */
export interface UpstreamTrust {
  /** The providers' own addresses, or the deployment's overrides of them. */
  readonly upstreamUrls: Readonly<Record<Provider, string>>;
  /** Hosts in lower case, with their port unless it is the protocol's own, that may get credentials of the deployment. */
  readonly trustedHosts: readonly string[];
  /** For local use: any http or https address, and credentials of the deployment for this machine. */
  readonly allowInsecure: boolean;
}

/** What the rules read of a target, configured or planned. */
export interface AddressedTarget {
  readonly provider: Provider;
  /** Null: the deployment's address of the provider. */
  readonly baseUrl: string | null;
  /** Null or absent: the deployment's credential for the provider. */
  readonly secret?: SecretRef | null;
}

/** A rule that a target breaks, and which field of it does, by the names of the file. */
export interface TargetComplaint {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The deployment's credential for each provider: names of secrets. */
export const PROVIDER_KEYS: Readonly<Record<Provider, string>> = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
};

const PROVIDER_OF_KEY: ReadonlyMap<string, string> = new Map(
  Object.entries(PROVIDER_KEYS).map(([provider, name]) => [name, provider]),
);

/** Secrets of the deployment that targets may name; no other one (tokens, signing keys) ends so. */
export const ENV_KEY_SUFFIX = "_API_KEY";

/** The address without a slash at its end, as the runtime reads it; else the rule that it breaks (docs/secrets.md). */
export function checkTargetAddress(
  baseUrl: string,
  { allowInsecure }: Pick<UpstreamTrust, "allowInsecure">,
): Result<string, string> {
  const problem = findUrlProblem(baseUrl, allowInsecure);
  if (problem !== null) return fail(problem);
  const url = new URL(baseUrl);
  // An empty query or fragment is none to the parser, and would still swallow the path that is appended.
  if (url.href.includes("?") || url.href.includes("#")) return fail("an address must have no query and no fragment");
  return ok(url.origin + url.pathname.replace(/\/+$/, ""));
}

/**
 * The credential that the target gets, the deployment's for its provider where it names none; else the first rule that it breaks.
 * Asked when a configuration is saved (`checkTargets`), and again before each call.
 */
export function decideCredential(
  target: AddressedTarget,
  deployment: UpstreamTrust,
): Result<SecretRef, TargetComplaint> {
  const [complaint] = complaintsOf(target, deployment);
  return complaint === undefined ? ok(secretOf(target)) : fail(complaint);
}

/** Every rule that the targets of a configuration break, in their order, with paths from its root; empty: it may be saved. */
export function checkTargets(targets: readonly AddressedTarget[], deployment: UpstreamTrust): TargetComplaint[] {
  return targets.flatMap((target, index) =>
    complaintsOf(target, deployment).map(({ path, message }) => ({
      path: ["providers", "targets", index, ...path],
      message,
    })),
  );
}

function complaintsOf(target: AddressedTarget, deployment: UpstreamTrust): TargetComplaint[] {
  const address = target.baseUrl === null ? null : checkTargetAddress(target.baseUrl, deployment);
  const ofAddress = address === null || address.ok ? [] : [{ path: ["base_url"], message: address.failure }];
  const { kind, name } = secretOf(target);
  if (kind === "store") return ofAddress;
  const problem = findEnvNameProblem(name, target.provider);
  if (problem !== null) return [...ofAddress, { path: ["secret_key_ref", "env"], message: problem }];
  const isTrusted = address === null || (address.ok && trusts(deployment, target.provider, address.value));
  if (isTrusted || ofAddress.length > 0) return ofAddress;
  return [
    {
      path: ["secret_key_ref"],
      message:
        "expected a secret of the organization, {store: …}: those of the deployment go only to the provider's own address and " +
        "to hosts in TRUSTED_UPSTREAM_HOSTS",
    },
  ];
}

function secretOf({ secret, provider }: AddressedTarget): SecretRef {
  return secret ?? { kind: "env", name: PROVIDER_KEYS[provider] };
}

function findEnvNameProblem(name: string, provider: Provider): string | null {
  if (!name.endsWith(ENV_KEY_SUFFIX)) return `expected the name of a secret that ends in ${ENV_KEY_SUFFIX}`;
  const owner = PROVIDER_OF_KEY.get(name);
  return owner === undefined || owner === provider ? null : `${name} is for targets with provider: ${owner}`;
}

/** Whether credentials of the deployment may go to an address that `checkTargetAddress` gave. */
function trusts({ upstreamUrls, trustedHosts, allowInsecure }: UpstreamTrust, provider: Provider, address: string) {
  const own = checkTargetAddress(upstreamUrls[provider], { allowInsecure: true });
  if (own.ok && own.value === address) return true;
  const { host, hostname } = new URL(address);
  return trustedHosts.includes(host) || (allowInsecure && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127\.\d+\.\d+\.\d+$|^\[::1\]$/.test(hostname);
}
