/** What the control plane needs from the outside; wired in `src/worker-ports.ts`, replaced in tests. */
import type { ControlDatabase, SpendDatabase } from "../platform/d1/database.ts";
import type { OrganizationClient } from "../platform/organization-client.ts";
import type { PriceBookCache } from "../platform/price-book-cache.ts";

export interface ApiDeps {
  readonly db: ControlDatabase;
  readonly spendDb: SpendDatabase;
  readonly prices: PriceBookCache;
  /** Empty: there is no platform admin. */
  readonly platformAdminToken: string;
  organization(organizationId: string): OrganizationClient;
  nowMs(): number;
  /** `<prefix>_` and 26 characters that sort by time. */
  newId(prefix: string): string;
  /** 43 letters and digits. */
  newSecret(): string;
  /** An unexpected error; the caller gets 500 and the request id. */
  reportError(error: unknown, requestId: string): void;
}
