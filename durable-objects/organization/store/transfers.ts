import type { TransferReply } from "../../../src/contract/organization-rpc.ts";
import { readStored, writeStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";

export interface StoredTransfer {
  readonly contentSha256: string;
  readonly reply: TransferReply;
}

/** The answers that were given to transfers, for repeats. */
export class TransferStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(commandId: string): StoredTransfer | null {
    const row = this.#sql
      .exec<{ content_sha256: string; reply: Stored<TransferReply> }>(
        "SELECT content_sha256, reply FROM transfer WHERE command_id = ?",
        commandId,
      )
      .toArray()[0];
    return row === undefined ? null : { contentSha256: row.content_sha256, reply: readStored(row.reply) };
  }

  /** Forgets the oldest, some at a time. */
  purge(createdAtMs: number, limit: number): void {
    this.#sql.exec(
      `DELETE FROM transfer WHERE command_id IN
         (SELECT command_id FROM transfer WHERE created_at_ms <= ? ORDER BY created_at_ms LIMIT ?)`,
      createdAtMs,
      limit,
    );
  }

  /** When the oldest was posted; null when there is none. */
  firstMs(): number | null {
    return this.#sql.exec<{ first: number | null }>("SELECT min(created_at_ms) AS first FROM transfer").one().first;
  }

  insert(commandId: string, transfer: StoredTransfer, createdAtMs: number): void {
    this.#sql.exec(
      "INSERT INTO transfer (command_id, content_sha256, reply, created_at_ms) VALUES (?, ?, ?, ?)",
      commandId,
      transfer.contentSha256,
      writeStored(transfer.reply),
      createdAtMs,
    );
  }
}
