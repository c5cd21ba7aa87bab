/** Believable text, the same for the same prompt and seed, and the provider's own idea of a token. */
import { createHash } from "node:crypto";

const SENTENCES = [
  "Here is a short answer that keeps to what you asked.",
  "The first thing to check is whether the numbers add up – they usually do not.",
  "A café in Zürich charges €4.50 for the same thing, which puts the cost in perspective.",
  "In practice, start small, measure, and only then decide what to change.",
  "Think of it as a ledger: every amount that leaves one account arrives in another.",
  "That said, there are two exceptions worth knowing about.",
  "The naïve approach works until two requests arrive at the same moment.",
  "If you need more detail, ask about one part and I will go deeper. 🙂",
  "Most teams find that the simplest rule is also the one that survives.",
  "東京 and São Paulo behave the same way here, so one example is enough.",
];

/** A word with the blank before it, at most ten letters, or one sign: close to what tokenizers make of English. */
const TOKEN = /\s*(?:\p{L}{1,10}|\p{N}{1,3}|[^\s\p{L}\p{N}])|\s+$/gu;

/** Splits text into tokens whose concatenation is the text. */
export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** The number of tokens of a text. */
export function countTokens(text: string): number {
  return splitTokens(text).length;
}

/** Exactly `count` tokens of text. */
export function writeTokens(seed: string, count: number): string[] {
  const tokens: string[] = [];
  for (let turn = pickNumber(seed, SENTENCES.length); tokens.length < count; turn += 3) {
    const sentence = SENTENCES[turn % SENTENCES.length] ?? "";
    tokens.push(...splitTokens(tokens.length === 0 ? sentence : ` ${sentence}`));
  }
  return tokens.slice(0, count);
}

/** Two to four whole sentences. */
export function writeSentences(seed: string): string[] {
  const first = pickNumber(seed, SENTENCES.length);
  const count = 2 + pickNumber(`${seed} sentences`, 3);
  const sentences = Array.from({ length: count }, (_, turn) => SENTENCES[(first + turn * 3) % SENTENCES.length] ?? "");
  return splitTokens(sentences.join(" "));
}

/** A number from 0 to `below` - 1 that depends on the seed alone. */
function pickNumber(seed: string, below: number): number {
  return createHash("sha256").update(seed).digest().readUInt32BE(0) % below;
}

/** Letters and digits that depend on the seed alone, as in the ids of the providers. */
export function writeId(prefix: string, seed: string): string {
  return `${prefix}${createHash("sha256").update(`id ${seed}`).digest("hex").slice(0, 24)}`;
}
