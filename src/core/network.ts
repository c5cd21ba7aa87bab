/** Networks as subscribers have them. */

/** An IPv4 address, or the /64 of an IPv6 address, which one subscriber has; `unknown` without one. */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  if (!address.includes(":")) return address;
  const [left = "", right = ""] = address.toLowerCase().split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === "" ? [] : right.split(":");
  const zeros = address.includes("::") ? Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0") : [];
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => group.padStart(4, "0"))
    .join(":");
}
