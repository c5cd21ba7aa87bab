/** The cache of answers: what is retried, how long an answer is good, and what happens when nobody is signed in. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiFailure } from "./failure.ts";

/** Answers of lists and sums are shown again without asking for this long. */
const STALE_MS = 15_000;
const MAX_RETRIES = 2;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: { staleTime: STALE_MS, retry: isWorthRepeating },
    // Safe: every change carries an `Idempotency-Key` that its repeats share.
    mutations: { retry: isWorthRepeating },
  },
});

/** Refusals stay refusals; faults and lost connections may pass. */
function isWorthRepeating(failures: number, error: Error): boolean {
  const passing = error instanceof ApiFailure && (error.status === 0 || error.status >= 500);
  return passing && failures < MAX_RETRIES;
}

function leaveWhenSignedOut(error: Error): void {
  if (error instanceof ApiFailure && error.status === 401) signIn();
}

/** Leaves for the sign-in page, which comes back here. */
export function signIn(): void {
  const here = location.pathname + location.search + location.hash;
  location.assign(`/sign-in?${new URLSearchParams({ return_to: here }).toString()}`);
}
