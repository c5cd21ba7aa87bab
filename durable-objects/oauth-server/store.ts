/** All SQL of the OAuthServer object, one small store per table. Every method is synchronous. */
import { identify } from "../shared/identity.ts";
import { ConsentStore } from "./store/consents.ts";
import { FamilyStore } from "./store/families.ts";
import { RefreshTokenStore } from "./store/refresh-tokens.ts";

export interface OAuthStore {
  readonly organizationId: string;
  readonly consents: ConsentStore;
  readonly families: FamilyStore;
  readonly refreshTokens: RefreshTokenStore;
}

/** Opens the storage of the organization that first used it; `name` is the object's name, where the runtime tells it. */
export function openOAuthStore(sql: SqlStorage, name: string | undefined): OAuthStore {
  return {
    organizationId: identify(sql, name, "OAuthServer"),
    consents: new ConsentStore(sql),
    families: new FamilyStore(sql),
    refreshTokens: new RefreshTokenStore(sql),
  };
}
