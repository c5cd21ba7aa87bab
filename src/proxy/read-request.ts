/** Takes from an HTTP request what deciding about it needs, within limits. */
import { hash } from "node:crypto";
import type { AssertedIdentity, Credential } from "../contract/commands.ts";
import { bringsToken, readAssertedIdentity, readToken } from "../contract/caller-headers.ts";
import { parseToken } from "../contract/key.ts";
import { organizationOfToken } from "../contract/oauth-token.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import { ZDR_MODES, type ZdrMode } from "../core/zdr.ts";
import { joinBytes } from "../provider/event-splitter.ts";
import { decodeBody } from "../provider/read-body.ts";
import type { ProxyPorts } from "./ports.ts";

export interface Caller {
  readonly organizationId: string;
  readonly credential: Credential;
  readonly asserted: AssertedIdentity;
}

/**
 * Reads who calls. The token names its organization, so no lookup comes before the ledger's; whether it is genuine is the
 * object's to say, and so is what the identity headers are worth. Fails with `unauthenticated` when there is no token or its
 * form is wrong.
 */
export function readCaller(headers: Headers): Result<Caller> {
  const token = readToken(headers);
  if (token === null) return fail({ kind: "unauthenticated", reason: "missing" });
  const keyOf = parseToken(token)?.organizationId ?? null;
  const organizationId = keyOf ?? organizationOfToken("access", token);
  if (organizationId === null) return fail({ kind: "unauthenticated", reason: "malformed" });
  const tokenSha256 = sha256Hex(token);
  return ok({
    organizationId,
    credential: keyOf === null ? { tokenSha256, oauth: true } : { tokenSha256 },
    asserted: readAssertedIdentity(headers),
  });
}

/**
 * As `readCaller`; a request without any token may bring a person's session, which alone costs a look into D1. Fails also as
 * `ProxyPorts.findSession` does.
 */
export async function identifyCaller(
  request: Request,
  ports: Pick<ProxyPorts, "findSession">,
): Promise<Result<Caller>> {
  const caller = readCaller(request.headers);
  if (caller.ok || bringsToken(request.headers)) return caller;
  const session = await ports.findSession(request);
  return session.ok ? ok({ ...session.value, asserted: readAssertedIdentity(request.headers) }) : session;
}

export interface RequestBody {
  readonly text: string;
  readonly sizeBytes: number;
  /** Of the bytes as they came in. */
  readonly sha256: string;
}

/** Reads at most `limitBytes` of body; fails with `body_too_large`, or with `invalid_request` when it is not UTF-8. */
export async function readBody(request: Request, limitBytes: number): Promise<Result<RequestBody>> {
  const bytes = await readAtMost(request, limitBytes, limitBytes * 3);
  if (bytes === null) return fail({ kind: "body_too_large", limitBytes });
  const text = decodeBody(bytes);
  return text.ok ? ok({ text: text.value, sizeBytes: bytes.byteLength, sha256: sha256Hex(bytes) }) : text;
}

/**
 * The whole body, or null once it is longer than the limit. Up to `discardBytes` more are then read and dropped before the
 * body is cancelled: a client that is cut off while it sends sees a broken connection in place of our answer.
 */
export async function readAtMost(
  message: Request | Response,
  limitBytes: number,
  discardBytes = 0,
): Promise<Uint8Array | null> {
  // Asked first, because `body` makes an object that most messages do not need. An announced length can be relied on, unless
  // the body is decompressed on its way: it is then not the length of what comes.
  const announced = message.headers.get("content-length");
  const isPlain = !message.headers.has("content-encoding");
  if (isPlain && announced !== null && Number(announced) <= limitBytes) {
    return new Uint8Array(await message.arrayBuffer());
  }
  return message.body === null ? new Uint8Array() : readChunks(message.body, limitBytes, discardBytes);
}

async function readChunks(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
  discardBytes: number,
): Promise<Uint8Array | null> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length <= limitBytes) chunks.push(value);
    else chunks.length = 0;
    if (length > limitBytes + discardBytes) {
      await reader.cancel();
      break;
    }
  }
  return length > limitBytes ? null : joinBytes(chunks);
}

/** A request for protection is never ignored: fails with `invalid_request` for a mode that nobody knows. */
export function readZdrMode(headers: Headers): Result<ZdrMode> {
  const value = headers.get("x-keeptrusts-zdr") ?? "off";
  const mode = ZDR_MODES.find((known) => known === value);
  if (mode !== undefined) return ok(mode);
  return fail(
    invalid("x-keeptrusts-zdr", "invalid_value", `x-keeptrusts-zdr must be one of: ${ZDR_MODES.join(", ")}.`),
  );
}

/** Lower-case hex. */
function sha256Hex(bytes: string | Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

/** The only parameter of a URL that goes upstream: Anthropic's SDK asks for beta answers with it. */
export function asksForBeta(url: string): boolean {
  return url.includes("?") && new URL(url).searchParams.get("beta") === "true";
}
