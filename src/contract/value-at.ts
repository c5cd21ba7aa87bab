/** What an untrusted value has at a path, of its own members alone; undefined when there is no such thing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((within, part) => {
    if (typeof within !== "object" || within === null) return undefined;
    return Object.getOwnPropertyDescriptor(within, part)?.value;
  }, value);
}
