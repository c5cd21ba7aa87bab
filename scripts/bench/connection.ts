/**
 * One keep-alive connection of the load generator, straight on a socket: what the client costs, the Workers beside it on the
 * same cores cannot have.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ResponseReader } from "./response-reader.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly latencyMs: number;
  /** From the request to the first byte of the body. */
  readonly firstByteMs: number;
  /** When each part of the body came, on the monotonic clock. */
  readonly parts: readonly { readonly atNs: bigint; readonly text: string }[];
}

export class Connection {
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  #parts: { atNs: bigint; text: string }[] = [];
  #sentAtNs = 0n;
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = new ResponseReader({
      body: (bytes) => {
        this.#parts.push({ atNs: process.hrtime.bigint(), text: bytes.toString("utf8") });
      },
      end: ({ status }) => this.#answer(status),
    });
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the connection was closed")));
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** Sends a whole request and gives its answer, whatever the status; rejects when the connection breaks. */
  async send(request: string | Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#parts = [];
      this.#sentAtNs = process.hrtime.bigint();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #answer(status: number): void {
    const waiting = this.#waiting;
    const endedAtNs = process.hrtime.bigint();
    this.#waiting = null;
    waiting?.resolve({
      status,
      body: this.#parts.map((part) => part.text).join(""),
      latencyMs: toMs(endedAtNs - this.#sentAtNs),
      firstByteMs: toMs((this.#parts[0]?.atNs ?? endedAtNs) - this.#sentAtNs),
      parts: this.#parts,
    });
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
    this.#socket.destroy();
  }
}

export function toMs(durationNs: bigint): number {
  return Number(durationNs) / 1e6;
}

/** A request as it goes over the wire. */
export function buildRequest(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>>,
): Buffer {
  const bytes = Buffer.from(JSON.stringify(body));
  const all = { host: "127.0.0.1", "content-type": "application/json", "content-length": bytes.length, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`), bytes]);
}
