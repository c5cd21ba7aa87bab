/** A closed loop: so many connections, each sending its next request when the last one is answered. */
import { Connection, type Answer } from "./connection.ts";

export interface Load {
  readonly concurrency: number;
  readonly seconds: number;
  /** One turn of a connection; throws when the answer is not the expected one, since a refusal is fast. */
  readonly turn: (connection: Connection) => Promise<Answer>;
}

export interface LoadResult {
  readonly answers: readonly Answer[];
  readonly perSecond: number;
}

/** Counts turns that end within the time; those in flight at its end are waited for, not counted. */
export async function runLoad(url: string, load: Load): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: load.concurrency }, () => Connection.open(url)));
  const answers: Answer[] = [];
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + load.seconds * 1_000;
  try {
    await Promise.all(
      connections.map(async (connection) => {
        while (performance.now() < endsAtMs) {
          const answer = await load.turn(connection);
          if (performance.now() <= endsAtMs) answers.push(answer);
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  return { answers, perSecond: answers.length / load.seconds };
}

/** A turn of one request that must be answered with 200 and a body that ends as it should. */
export function ask(request: Buffer, ending: string): Load["turn"] {
  return async (connection) => {
    const answer = await connection.send(request);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.slice(0, 300)}`);
    if (!answer.body.trimEnd().endsWith(ending)) throw new Error(`an answer is cut: …${answer.body.slice(-80)}`);
    return answer;
  };
}
