/**
 * Under which address the gateway is known: whatever `Host` a request names, with `PUBLIC_URL` it counts as one to that address. So
 * links in mails, the issuer of tokens, cookies and the origin of our own pages are the deployment's word and not the caller's.
 */

/** The request at `publicOrigin`, with its path and everything else as it came. Null: requests are taken as they come. */
export function atPublicOrigin<Cf>(request: Request<unknown, Cf>, publicOrigin: string | null): Request<unknown, Cf> {
  if (publicOrigin === null) return request;
  const { origin, pathname, search } = new URL(request.url);
  return origin === publicOrigin ? request : new Request<unknown, Cf>(publicOrigin + pathname + search, request);
}
