/** The body of a request within a limit: what is above it is not read to its end. */

/** Null: it has more than `limitBytes`. */
export async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array | null> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As `readBytes`, decoded as UTF-8. */
export async function readText(request: Request, limitBytes: number): Promise<string | null> {
  const bytes = await readBytes(request, limitBytes);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
