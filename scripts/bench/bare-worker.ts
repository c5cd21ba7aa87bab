/** What the gateway is measured against: a Worker that only forwards. */

interface BareEnv {
  /** Without a trailing slash. */
  readonly UPSTREAM_URL: string;
}

export default {
  fetch(request: Request, env: BareEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    return fetch(`${env.UPSTREAM_URL}${pathname}`, request);
  },
};
