/** The three states of an answer: a skeleton while it loads, what went wrong, or what is drawn from it. */
import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FailureNotice } from "./failure-notice.tsx";

interface AnswerProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** Drawn while nothing is there yet. */
  readonly skeleton?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

export function Answer<Data>({ query, skeleton = <SkeletonRows />, children }: AnswerProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <FailureNotice error={query.error} onRetry={() => void query.refetch()} />;
  return <div aria-busy="true">{skeleton}</div>;
}

export function SkeletonRows({ rows = 6 }: { readonly rows?: number }) {
  return (
    <Stack gap="xs" aria-hidden>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={36} />
      ))}
    </Stack>
  );
}
