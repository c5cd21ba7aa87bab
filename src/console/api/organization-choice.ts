/**
 * Which organization the person looks at: chosen in the frame, kept by the browser for its next pages, sent with every request. What
 * another tab chooses is not for this one: its pages would show one organization and change another.
 */

const STORAGE_KEY = "keeptrusts-organization";

let chosen = localStorage.getItem(STORAGE_KEY);

/** Null: the one that the session names. */
export function readOrganizationId(): string | null {
  return chosen;
}

export function keepOrganizationId(id: string | null): void {
  chosen = id;
  if (id === null) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, id);
}
