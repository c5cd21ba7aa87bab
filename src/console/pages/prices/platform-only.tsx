/** Pages of the deployment as a whole. */
import type { ReactNode } from "react";
import { useSession } from "../../api/session.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { PageHeader } from "../../parts/page-header.tsx";

export function PlatformOnly({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { platform_admin: isPlatformAdmin } = useSession();
  if (isPlatformAdmin) return children;
  return (
    <>
      <PageHeader title={title} />
      <EmptyState title="Only for platform administrators">
        Prices and exchange rates are those of the whole deployment. Whoever has the platform role can give it to you.
      </EmptyState>
    </>
  );
}
