/** Cost per day of the organization's zone. Loaded when it is shown: the chart library is large. */
import { BarChart, ChartTooltip } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { Table, VisuallyHidden } from "@mantine/core";
import type { Wire } from "../../api/client.ts";
import { formatAmount, formatDay, formatShortAmount } from "../../parts/format.ts";

interface TrendChartProps {
  readonly summary: Wire<"SpendSummary">;
  readonly heightPx: number;
}

export function TrendChart({ summary, heightPx }: TrendChartProps) {
  const { currency } = summary;
  const days = summary.rows.map(({ group, total_cost: cost }) => ({ day: group ?? "", cost }));
  const costs = new Map(days.map(({ day, cost }) => [day, cost]));
  return (
    <>
      <div aria-hidden>
        <BarChart
          h={heightPx}
          // Only the height of a bar is a float.
          data={days.map(({ day, cost }) => ({ day, height: Number(cost) }))}
          dataKey="day"
          series={[{ name: "height", label: "Cost", color: "indigo.6" }]}
          valueFormatter={(value) => formatShortAmount(String(value), currency)}
          tooltipProps={{
            content: ({ label, payload }) => {
              const cost = costs.get(String(label));
              if (cost === undefined || payload.length === 0) return null;
              return (
                <ChartTooltip label={`${formatDay(String(label))}: ${formatAmount(cost, currency)}`} payload={[]} />
              );
            },
          }}
          barProps={{ isAnimationActive: false }}
          // Hidden from screen readers, which get the table below; so it takes no focus either.
          barChartProps={{ accessibilityLayer: false }}
        />
      </div>
      <VisuallyHidden>
        <Table>
          <caption>Cost per day</caption>
          <tbody>
            {days.map(({ day, cost }) => (
              <tr key={day}>
                <th scope="row">{formatDay(day)}</th>
                <td>{formatAmount(cost, currency)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </>
  );
}
