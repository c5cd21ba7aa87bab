/** Parameters as Stripe takes them: `line_items[0][price_data][currency]=usd`. */

/** Every parameter by its path, `line_items.0.price_data.currency`, in the order of the text. */
export type FormFields = ReadonlyMap<string, string>;

export function readFields(text: string): FormFields {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    fields.set(name.replaceAll("][", ".").replace("[", ".").replace(/\]$/, ""), value);
  }
  return fields;
}

/** `metadata.a`, `metadata.b` → `{a, b}`. */
export function fieldsUnder(fields: FormFields, prefix: string): Record<string, string> {
  const under: Record<string, string> = {};
  for (const [path, value] of fields) if (path.startsWith(`${prefix}.`)) under[path.slice(prefix.length + 1)] = value;
  return under;
}

/** The first path that none of the patterns allows, in which `*` is one part; null: all are known. */
export function findUnknown(fields: FormFields, patterns: readonly string[]): string | null {
  const allowed = patterns.map((pattern) => pattern.split("."));
  for (const path of fields.keys()) {
    const parts = path.split(".");
    const isKnown = allowed.some(
      (pattern) =>
        pattern.length === parts.length && pattern.every((part, index) => part === "*" || part === parts[index]),
    );
    if (!isKnown) return path;
  }
  return null;
}
