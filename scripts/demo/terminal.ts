/** What the reader sees: titles, facts, and promises with a mark whether they were kept. Colours only on a terminal. */
import { styleText } from "node:util";

type Style = "bold" | "dim" | "green" | "red";

export class Terminal {
  readonly #out: NodeJS.WriteStream;
  #acts = 0;
  #broken = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  get brokenPromises(): number {
    return this.#broken;
  }

  progress(text: string): void {
    this.#line(this.#style("dim", text));
  }

  title(text: string): void {
    this.#acts += 1;
    this.#line(`\n${this.#style("bold", `${this.#acts}. ${text}`)}`);
  }

  say(text: string): void {
    this.#line(`   ${text}`);
  }

  /** A promise of the gateway; one that is not kept decides how the demo exits. */
  promise(kept: boolean, text: string): void {
    if (!kept) this.#broken += 1;
    this.#line(`   ${kept ? this.#style("green", "✓") : this.#style("red", "✗ BROKEN:")} ${text}`);
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** `styleText` leaves the style out when the stream has no colours, or NO_COLOR is set. */
  #style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out });
  }
}
