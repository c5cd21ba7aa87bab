/** Verifies the books of organizations at a running gateway. */
import type { Difference } from "./books.ts";
import { compareBooks } from "./compare-books.ts";
import { readBooks, type Get } from "./read-books.ts";

const MAX_LOOKS = 4;
const PAUSE_MS = 2_000;

export interface Verification {
  readonly differences: readonly Difference[];
  readonly entries: number;
  readonly wallets: number;
  readonly spendRows: number;
}

/** While requests run, the two sides are never read at one instant: only what differs in the same way at every look counts. */
export async function verifyOrganization(get: Get, organizationId: string, pauseMs = PAUSE_MS): Promise<Verification> {
  let books = await readBooks(get, organizationId);
  let differences = compareBooks(books);
  for (let looks = 1; differences.length > 0 && looks < MAX_LOOKS; looks += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
    books = await readBooks(get, organizationId);
    const again = new Set(compareBooks(books).map(nameOf));
    differences = differences.filter((difference) => again.has(nameOf(difference)));
  }
  return {
    differences,
    entries: books.state.lastSequence,
    wallets: books.state.wallets.length,
    spendRows: books.spend.length,
  };
}

/** One line, with everything that is needed to find the place. */
export function describeDifference({ organizationId, check, sequence, account, expected, found }: Difference): string {
  const place = [
    `organization ${organizationId}`,
    ...(sequence === null ? [] : [`sequence ${sequence}`]),
    ...(account === null ? [] : [account]),
  ].join(", ");
  return `${place}: ${check}: expected ${expected}, found ${found}`;
}

function nameOf({ check, sequence, account, expected, found }: Difference): string {
  return JSON.stringify([check, sequence, account, expected, found]);
}
