/** Calls of the gateway's own API, for scripts. */

export type Json = Readonly<Record<string, unknown>>;

/** Calls the API and returns its answer; throws with the answer's text when it is a refusal. */
export async function callApi(
  baseUrl: string,
  token: string,
  method: string,
  path: string,
  body?: Json,
): Promise<Json> {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return asObject(JSON.parse(text), `${method} ${path}`);
}

/** A field that must be text. */
export function textOf(answer: Json, name: string): string {
  const value = answer[name];
  if (typeof value !== "string") throw new Error(`the answer has no ${name}`);
  return value;
}

function asObject(value: unknown, call: string): Json {
  if (typeof value !== "object" || value === null) throw new Error(`${call}: the answer is not an object`);
  return { ...value };
}
