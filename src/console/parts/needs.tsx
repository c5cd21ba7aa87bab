/** A page for those whose role has a capability; the others, who came by a link, read why it shows nothing. */
import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useMay, type Capability } from "../api/session.ts";
import { EmptyState } from "./empty-state.tsx";
import { PageHeader } from "./page-header.tsx";

interface NeedsProps {
  readonly capability: Capability;
  /** Of the page. */
  readonly title: string;
  readonly children: ReactNode;
}

export function Needs({ capability, title, children }: NeedsProps) {
  if (useMay(capability)) return children;
  return (
    <Stack gap="lg">
      <PageHeader title={title} />
      <EmptyState title="Your role does not show this">
        It needs {capability}. An administrator of your organization can give you a role that has it.
      </EmptyState>
    </Stack>
  );
}
