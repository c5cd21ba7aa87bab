/** An answer that is a file, not JSON: it leaves as it is made. */
export class TextFile {
  readonly #type: string;
  readonly #name: string;
  readonly #lines: AsyncIterable<string>;

  constructor(type: string, name: string, lines: AsyncIterable<string>) {
    this.#type = type;
    this.#name = name;
    this.#lines = lines;
  }

  toResponse(): Response {
    const lines = this.#lines[Symbol.asyncIterator]();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { value, done } = await lines.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: async () => {
        await lines.return?.();
      },
    });
    return new Response(body, {
      headers: {
        "content-type": `${this.#type}; charset=utf-8`,
        "content-disposition": `attachment; filename="${this.#name}"`,
        "cache-control": "no-store",
      },
    });
  }
}
