/** What stands in a page's place: while it loads, when it failed, when there is none. */
import { Center, Container, Loader } from "@mantine/core";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { ApiFailure } from "../api/failure.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { FailureNotice } from "../parts/failure-notice.tsx";
import { PageLink } from "../parts/page-link.tsx";

export function PendingPage() {
  return (
    <Center mih={240} aria-busy="true">
      <Loader aria-label="Loading" />
    </Center>
  );
}

export function FailedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  // The browser is on its way to the sign-in page.
  if (error instanceof ApiFailure && error.status === 401) return <PendingPage />;
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl">
      <FailureNotice error={error instanceof Error ? error : new Error(String(error))} onRetry={retry} />
    </Container>
  );
}

export function MissingPage() {
  return (
    <EmptyState title="There is no such page" action={<PageLink to="/">To the overview</PageLink>}>
      The address may be mistyped, or the page has moved.
    </EmptyState>
  );
}
