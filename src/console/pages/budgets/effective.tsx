/** How every budget stands that would count a request. */
import { Alert, Paper, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Answer } from "../../parts/answer.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount } from "../../parts/format.ts";
import { effectiveQuery, type BudgetQuestion } from "./queries.ts";
import { WindowBar } from "./window-bar.tsx";

export function EffectiveWindows({ question }: { readonly question: BudgetQuestion }) {
  const effective = useQuery(effectiveQuery(question));
  return (
    <Answer query={effective}>
      {({ currency, windows, tightest }) =>
        windows.length === 0 ? (
          <EmptyState title="No budget counts it">Only the wallets limit what such requests may spend.</EmptyState>
        ) : (
          <Stack gap="md">
            {tightest === null ? null : (
              <Alert color="blue" title={`At most ${formatAmount(tightest.remaining, currency)} more`}>
                The {tightest.window} budget “{tightest.name}” has the least room.
              </Alert>
            )}
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {windows.map((window) => (
                <Paper key={`${window.policy_id} ${window.window}`} withBorder p="md">
                  <WindowBar
                    of={window}
                    currency={currency}
                    label={window.hard ? window.name : `${window.name} (only counts)`}
                  />
                </Paper>
              ))}
            </SimpleGrid>
          </Stack>
        )
      }
    </Answer>
  );
}
