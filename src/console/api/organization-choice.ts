/** Which organization the person looks at: chosen in the frame, kept by the browser, sent with every request. */

const STORAGE_KEY = "keeptrusts-organization";

/** Null: the one that the session names. */
export function readOrganizationId(): string | null {
  return localStorage.getItem(STORAGE_KEY);
}

export function keepOrganizationId(id: string | null): void {
  if (id === null) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, id);
}
