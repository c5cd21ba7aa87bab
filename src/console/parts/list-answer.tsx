/** A list: skeleton or failure, the empty state, the table, Previous and Next. */
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

interface ListAnswerProps<Row extends object> {
  readonly query: UseQueryResult<ListPage<Row>>;
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  /** An `EmptyState`. */
  readonly empty: ReactNode;
  readonly pages: Pages;
  readonly onPages: (pages: Pages) => void;
}

export function ListAnswer<Row extends object>(props: ListAnswerProps<Row>) {
  const { query, caption, columns, rowId, empty, pages, onPages } = props;
  return (
    <Answer query={query}>
      {({ data, next_cursor: nextCursor }) => (
        <>
          {data.length === 0 ? empty : <DataTable caption={caption} columns={columns} rows={data} rowId={rowId} />}
          <Pager pages={pages} nextCursor={nextCursor} onPages={onPages} />
        </>
      )}
    </Answer>
  );
}
