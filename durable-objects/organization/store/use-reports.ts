import type { Stored } from "../stored-json.ts";
import { readStored, writeStored } from "../stored-json.ts";
import type { AgentUsageView } from "../../../src/contract/organization-rpc.ts";

/** Uses that were reported for requests that no reservation has held, so that each counts once. */
export class UseReportStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(requestId: string): { readonly contentSha256: string; readonly reply: AgentUsageView } | null {
    const row = this.#sql
      .exec<{ content_sha256: string; reply: Stored<AgentUsageView> }>(
        "SELECT content_sha256, reply FROM use_report WHERE request_id = ?",
        requestId,
      )
      .toArray()[0];
    return row === undefined ? null : { contentSha256: row.content_sha256, reply: readStored(row.reply) };
  }

  insert(requestId: string, contentSha256: string, reply: AgentUsageView, createdAtMs: number): void {
    this.#sql.exec(
      "INSERT INTO use_report (request_id, content_sha256, reply, created_at_ms) VALUES (?, ?, ?, ?)",
      requestId,
      contentSha256,
      writeStored(reply),
      createdAtMs,
    );
  }

  /** Some at a time. */
  purge(createdAtMs: number, limit: number): void {
    this.#sql.exec(
      `DELETE FROM use_report WHERE request_id IN
         (SELECT request_id FROM use_report WHERE created_at_ms <= ? ORDER BY created_at_ms LIMIT ?)`,
      createdAtMs,
      limit,
    );
  }

  firstCreatedMs(): number | null {
    return this.#sql.exec<{ first: number | null }>("SELECT min(created_at_ms) AS first FROM use_report").one().first;
  }
}
