/** What the control plane needs from the outside; wired in `src/worker-ports.ts`, replaced in tests. */
import type { OAuthServerRpc } from "../contract/oauth-rpc.ts";
import type { Provider } from "../core/endpoint.ts";
import type { UpstreamTrust } from "../core/target-address.ts";
import type { ControlDatabase, SpendDatabase } from "../platform/d1/database.ts";
import type { EventBodies } from "../platform/event-bodies.ts";
import type { DeliveryRow } from "../platform/d1/webhook-row.ts";
import type { OrganizationClient } from "../platform/organization-client.ts";
import type { Payments } from "../platform/payments/create-payments.ts";
import type { PriceBookCache } from "../platform/price-book-cache.ts";
import type { SecretSealer } from "../platform/secret-sealer.ts";
import type { Session } from "../platform/session.ts";
import type { SignInMail } from "../platform/sign-in.ts";
import type { SignInPort } from "../platform/sign-in-port.ts";

export type SendMail = (mail: SignInMail) => Promise<void>;

export interface WebhookPorts {
  /** `whsec_…` */
  secretOf(webhookId: string, version: number): Promise<string>;
  /** Sends the event of a delivery now, and gives its row afterwards. Throws what D1 throws. */
  attempt(delivery: DeliveryRow): Promise<DeliveryRow>;
  /** Makes a delivery due at once, and gives its row. Throws what D1 throws. */
  retry(delivery: DeliveryRow): Promise<DeliveryRow>;
  /** Any http address may be used. */
  readonly allowInsecure: boolean;
}

export interface ApiDeps {
  readonly db: ControlDatabase;
  readonly spendDb: SpendDatabase;
  readonly prices: PriceBookCache;
  readonly payments: Payments;
  /** Where requests go that no configuration sends elsewhere, with `/v1`. */
  readonly upstreamUrls: Readonly<Record<Provider, string>>;
  /** Those that the deployment has a credential for. */
  readonly providersWithKey: ReadonlySet<Provider>;
  /** Which addresses configured targets may have, and which may have a credential of the deployment. */
  readonly trust: UpstreamTrust;
  /** Only targets with a secret of their organization may declare prices. */
  readonly pricesNeedOwnCredentials: boolean;
  /** Names of bindings that the deployment should have, and has not. */
  readonly missingBindings: readonly string[];
  /** How many organizations each person may make. 0: none. */
  readonly signUpOrganizations: number;
  /** Empty: there is no platform admin. */
  readonly platformAdminToken: string;
  readonly eventBodies: EventBodies;
  /** Null: nothing can sign, so there are no webhooks. */
  readonly webhooks: WebhookPorts | null;
  /** Null: nothing can seal, so no secrets can be stored. */
  readonly secrets: SecretSealer | null;
  organization(organizationId: string): OrganizationClient;
  /** Consents, codes and refresh tokens of an organization. Throws when the object cannot be reached. */
  oauthServer(organizationId: string): OAuthServerRpc;
  /** Rejects when the mail was not taken. Null: no mail can be sent. */
  readonly sendMail: SendMail | null;
  /** Does its work when the answer is on its way; what fails is reported. */
  defer(work: () => Promise<void>): void;
  /** Null: nobody can sign in. */
  readonly signIn: SignInPort | null;
  /** Who sends the request, by the sign-in: as a member of the preferred organization where they are one. Null: nobody. */
  sessionOf(request: Request, preferredOrganizationId: string | null): Promise<Session | null>;
  nowMs(): number;
  /** `<prefix>_` and 26 characters that sort by time. */
  newId(prefix: string): string;
  /** 43 letters and digits. */
  newSecret(): string;
  /** An unexpected error; the caller gets 500 and the request id. */
  reportError(error: unknown, requestId: string): void;
}
