/** Whom a limit on addresses counts: one IPv4 address, or the /64 that one customer of a network has at least in IPv6. */

/** An address without its host part; as it came when it is no IPv6 address, and `unknown` without one. */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const leading = head === "" ? [] : head.split(":");
  const trailing = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - leading.length - trailing.length) }, () => "0");
  const groups = [...leading, ...zeros, ...trailing].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
