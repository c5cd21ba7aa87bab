/** All SQL of the OAuthServer object, one small store per table. Every method is synchronous. */
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
    organizationId: identify(sql, name),
    consents: new ConsentStore(sql),
    families: new FamilyStore(sql),
    refreshTokens: new RefreshTokenStore(sql),
  };
}

/** The organization that the storage belongs to. Throws when that is another one, or unknown. */
function identify(sql: SqlStorage, name: string | undefined): string {
  const stored = sql.exec<{ organization_id: string }>("SELECT organization_id FROM identity").toArray()[0];
  if (stored === undefined) {
    if (name === undefined) throw new Error("an OAuthServer object is reached by its organization's id");
    sql.exec("INSERT INTO identity (only_row, organization_id) VALUES (1, ?)", name);
    return name;
  }
  const { organization_id: organizationId } = stored;
  if (name !== undefined && name !== organizationId) {
    throw new Error(`this storage belongs to ${organizationId}, not to ${name}`);
  }
  return organizationId;
}
