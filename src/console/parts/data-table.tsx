/** Every table of the console: rows of an answer, which become cards on a phone. */
import { Paper } from "@mantine/core";
import { createColumnHelper, metaHelper, tableFeatures, useTable, type DisplayColumnDef } from "@tanstack/react-table";
import classes from "./data-table.module.css";

interface ColumnLook {
  /** Numbers stand right, with digits of one width. */
  readonly numeric?: boolean;
}

const features = tableFeatures({ columnMeta: metaHelper<ColumnLook>() });

export type TableColumn<Row extends object> = DisplayColumnDef<typeof features, Row>;

/** Makes columns of `Row`: `columnsOf<Wire<"Key">>().display({ id, header, cell })`. */
export function columnsOf<Row extends object>() {
  return createColumnHelper<typeof features, Row>();
}

interface DataTableProps<Row extends object> {
  /** What the rows are; screen readers say it first. */
  readonly caption: string;
  /** Made outside of the component, or memoized. A column's `header` is text: cards repeat it beside each value. */
  readonly columns: readonly TableColumn<Row>[];
  /** As the answer has them: another array makes the table think again. */
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

export function DataTable<Row extends object>({ caption, columns, rows, rowId }: DataTableProps<Row>) {
  const table = useTable({ features, columns, data: rows, getRowId: rowId });
  // As blocks, elements of a table lose their roles; so they are said.
  return (
    <Paper withBorder className={classes["frame"]} tabIndex={0} role="region" aria-label={caption}>
      <table className={classes["table"]} role="table" aria-label={caption}>
        <thead role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} role="row">
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  role="columnheader"
                  data-numeric={header.column.columnDef.meta?.numeric}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} role="row" data-row={row.id}>
              {row.getAllCells().map((cell) => (
                <td
                  key={cell.id}
                  role="cell"
                  data-label={headerText(cell.column.columnDef.header)}
                  data-numeric={cell.column.columnDef.meta?.numeric}
                >
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  );
}

function headerText(header: unknown): string {
  return typeof header === "string" ? header : "";
}
