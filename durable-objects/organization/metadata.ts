/** The caller's own pairs for the spend log, within limits. */
import { invalid } from "../../src/core/failure.ts";
import type { Failure } from "../../src/core/failure.ts";
import { METADATA_LIMITS } from "../../src/core/request-facts.ts";

type Metadata = Readonly<Record<string, string>>;

/** `metadata_too_large`, or null. */
export function checkMetadata(metadata: Metadata): Failure | null {
  const { pairs: most, nameLength, valueLength } = METADATA_LIMITS;
  const pairs = Object.entries(metadata);
  const fits = pairs.every(([name, value]) => name.length <= nameLength && value.length <= valueLength);
  if (fits && pairs.length <= most) return null;
  const message = `At most ${most} pairs, with names of ${nameLength} and values of ${valueLength} characters.`;
  return invalid("metadata", "metadata_too_large", message);
}

/** What the row of a refusal may carry: metadata may be what the request was refused for. */
export function loggableMetadata(metadata: Metadata): Metadata {
  return checkMetadata(metadata) === null ? metadata : {};
}
