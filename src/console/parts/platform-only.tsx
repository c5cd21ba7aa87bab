/** What only platform administrators see; the others read what it is, and how somebody becomes one. */
import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useSession } from "../api/session.ts";
import { EmptyState } from "./empty-state.tsx";
import { PageHeader } from "./page-header.tsx";
import { PageLink } from "./page-link.tsx";

interface PlatformOnlyProps {
  /** Of the page. */
  readonly title: string;
  readonly children: ReactNode;
}

export function PlatformOnly({ title, children }: PlatformOnlyProps) {
  if (useSession().platform_admin) return children;
  return (
    <Stack gap="lg">
      <PageHeader title={title} />
      <EmptyState
        title="For platform administrators"
        action={<PageLink to="/platform/claim">Claim the platform role</PageLink>}
      >
        It is about the whole deployment. A platform administrator can give you the role, or you claim it with the
        deployment&apos;s token while nobody has it.
      </EmptyState>
    </Stack>
  );
}
