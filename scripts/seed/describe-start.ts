/** What `npm start` prints when everything runs. */
import { DEMO_PERSON } from "./person.ts";
import type { DemoOrganization } from "./seed.ts";

export function describeStart(
  url: string,
  providerUrl: string,
  variables: Readonly<Record<string, string>>,
  organization: DemoOrganization,
): string {
  const provider = (name: string): string => {
    const address = variables[`${name}_UPSTREAM_URL`];
    if (address === undefined) return "the real API";
    return address === providerUrl ? "demo provider" : address;
  };
  return `
  Console        ${url}/   (${DEMO_PERSON.email}, password ${DEMO_PERSON.password})
  First request  ${url}/start
  Gateway        ${url}
  OpenAI         ${provider("OPENAI")}
  Anthropic      ${provider("ANTHROPIC")}
  Gateway key    ${organization.gatewayKey}
  Access key     ${organization.accessKey}

A request:

  curl -i ${url}/v1/chat/completions \\
    -H 'authorization: Bearer ${organization.gatewayKey}' \\
    -H 'content-type: application/json' \\
    -d '{"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 100}'

Its cost is in the header x-keeptrusts-cost, and in the spend log:

  curl -s '${url}/v1/spend/logs?limit=1' -H 'authorization: Bearer ${organization.accessKey}'

SDKs: OPENAI_BASE_URL=${url}/v1, ANTHROPIC_BASE_URL=${url}, the gateway key as API key. Ctrl-C stops.
`;
}
