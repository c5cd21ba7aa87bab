/**
 * Secrets of organizations, sealed for D1 with a key that follows from the deployment's own and the organization. Organization and
 * name are authenticated with the value: a row that is moved to another place of the table opens nowhere.
 */
import { openText, sealText } from "./sealed-text.ts";

export interface SecretSealer {
  seal(organizationId: string, name: string, value: string): Promise<Uint8Array>;
  /** Null: sealed for another organization or name, or with another key, or changed since. */
  open(organizationId: string, name: string, sealed: Uint8Array): Promise<string | null>;
}

/** `encryptionKey` is SECRETS_ENCRYPTION_KEY. */
export function createSecretSealer(encryptionKey: string): SecretSealer {
  const secretOf = (organizationId: string) => ({ token: encryptionKey, salt: `secrets of ${organizationId}` });
  return {
    seal: (organizationId, name, value) => sealText(value, secretOf(organizationId), contextOf(organizationId, name)),
    open: (organizationId, name, sealed) => openText(sealed, secretOf(organizationId), contextOf(organizationId, name)),
  };
}

function contextOf(organizationId: string, name: string): string {
  return JSON.stringify([organizationId, name]);
}
