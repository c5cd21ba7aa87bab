/** A list: skeleton or failure, the empty state, the rows, Previous and Next. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Answer } from "./answer.tsx";
import { DataTable, type TableColumn } from "./data-table.tsx";
import { Pager } from "./pager.tsx";
import type { Pages } from "./search.ts";

interface ListPage<Row> {
  readonly data: Row[];
  readonly next_cursor: string | null;
}

interface PagedAnswerProps<Row> {
  readonly query: UseQueryResult<ListPage<Row>>;
  /** An `EmptyState`. */
  readonly empty: ReactNode;
  readonly pages: Pages;
  readonly onPages: (pages: Pages) => void;
  /** Draws the rows of a page that has some. */
  readonly children: (rows: Row[]) => ReactNode;
}

export function PagedAnswer<Row>({ query, empty, pages, onPages, children }: PagedAnswerProps<Row>) {
  return (
    <Answer query={query}>
      {({ data, next_cursor: nextCursor }) => (
        <>
          {data.length === 0 ? empty : children(data)}
          <Pager pages={pages} nextCursor={nextCursor} onPages={onPages} />
        </>
      )}
    </Answer>
  );
}

interface ListAnswerProps<Row extends object> extends Omit<PagedAnswerProps<Row>, "children"> {
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
}

/** A `PagedAnswer` whose rows are a `DataTable`. */
export function ListAnswer<Row extends object>({ caption, columns, rowId, ...list }: ListAnswerProps<Row>) {
  return (
    <PagedAnswer {...list}>
      {(rows) => <DataTable caption={caption} columns={columns} rows={rows} rowId={rowId} />}
    </PagedAnswer>
  );
}
