/** Where events may be sent and targets may lie: at public addresses over TLS, never in the network that the gateway runs in. */

export const MAX_URL_LENGTH = 2_048;

/**
 * The rule that an address breaks; null when it may be used. `allowInsecure` is for local use: any http or https address. Names
 * are not resolved: what a name points to is for the runtime, which reaches public addresses alone.
 */
export function findUrlProblem(text: string, allowInsecure: boolean): string | null {
  if (text.length > MAX_URL_LENGTH) return `at most ${MAX_URL_LENGTH} characters`;
  const url = URL.parse(text);
  if (url === null) return "expected an absolute https address";
  if (url.username !== "" || url.password !== "") return "an address must not contain credentials";
  if (allowInsecure) return url.protocol === "https:" || url.protocol === "http:" ? null : "expected http or https";
  if (url.protocol !== "https:") return "expected an https address";
  // The parser has brought every way to write an address to one form.
  const host = url.hostname.replace(/\.+$/, "");
  const isPrivate = host.startsWith("[") ? isPrivateIpv6(host) : isPrivateIpv4(host) || isLocalName(host);
  return isPrivate ? "the address is not public" : null;
}

const LOCAL_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)$/;

function isLocalName(host: string): boolean {
  return !host.includes(".") || LOCAL_NAMES.test(host);
}

/** First address and length of the prefix: IANA, special-purpose addresses that are not globally reachable, and multicast. */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

function isPrivateIpv4(host: string): boolean {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(host)) return false;
  const address = ipv4Number(host);
  return PRIVATE_IPV4.some(([first, prefixLength]) => {
    const size = 2 ** (32 - prefixLength);
    return Math.floor(address / size) === Math.floor(ipv4Number(first) / size);
  });
}

function ipv4Number(host: string): number {
  return host.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

/** Only 2000::/3 is global unicast, and of it not what carries an IPv4 address (6to4, Teredo) or is for documentation. */
function isPrivateIpv6(host: string): boolean {
  const groups = ipv6Groups(host.slice(1, -1));
  const [first = 0, second = 0] = groups;
  if (first < 0x2000 || first > 0x3fff) return true;
  return first === 0x2002 || (first === 0x2001 && (second < 0x200 || second === 0xdb8)) || first === 0x3fff;
}

/** The first groups up to a `::`, which only zeros follow that matter here. */
function ipv6Groups(text: string): number[] {
  const [head = ""] = text.split("::");
  return head === "" ? [] : head.split(":").map((group) => Number.parseInt(group, 16));
}
