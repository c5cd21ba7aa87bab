/** What to copy into a terminal or a program, so that it uses this gateway. Each tool's own names for address and key. */
import type { Wire } from "../../api/client.ts";
import type { TOOLS } from "./route.ts";

export type Tool = (typeof TOOLS)[number];
type Endpoint = Wire<"CatalogModel">["endpoints"][number];

export interface SnippetValues {
  /** Of the gateway, without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

interface Snippet {
  readonly label: string;
  /** What its model must have. */
  readonly endpoint: Endpoint;
  /** Where it goes, and what must be there first. */
  readonly lead: string;
  readonly write: (values: SnippetValues) => string;
}

export const SNIPPETS: Readonly<Record<Tool, Snippet>> = {
  curl: {
    label: "curl",
    endpoint: "openai.chat",
    lead: "In a terminal.",
    write: ({ url, key, model }) => `curl -i ${url}/v1/chat/completions \\
  -H 'authorization: Bearer ${key}' \\
  -H 'content-type: application/json' \\
  -d '{"model": "${model}", "max_completion_tokens": 500, "messages": [{"role": "user", "content": "Hello"}]}'`,
  },
  "openai-js": {
    label: "OpenAI, JavaScript",
    endpoint: "openai.responses",
    lead: "npm install openai, then as hello.mjs: node hello.mjs",
    write: ({ url, key, model }) => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${url}/v1", apiKey: "${key}" });
const response = await client.responses.create({ model: "${model}", input: "Hello", max_output_tokens: 500 });
console.log(response.output_text);`,
  },
  "openai-python": {
    label: "OpenAI, Python",
    endpoint: "openai.responses",
    lead: "pip install openai, then as hello.py: python hello.py",
    write: ({ url, key, model }) => `from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="${key}")
response = client.responses.create(model="${model}", input="Hello", max_output_tokens=500)
print(response.output_text)`,
  },
  "anthropic-js": {
    label: "Anthropic, JavaScript",
    endpoint: "anthropic.messages",
    lead: "npm install @anthropic-ai/sdk, then as hello.mjs: node hello.mjs",
    write: ({ url, key, model }) => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: "${url}", apiKey: "${key}" });
const message = await client.messages.create({
  model: "${model}",
  max_tokens: 500,
  messages: [{ role: "user", content: "Hello" }],
});
console.log(message.content);`,
  },
  "anthropic-python": {
    label: "Anthropic, Python",
    endpoint: "anthropic.messages",
    lead: "pip install anthropic, then as hello.py: python hello.py",
    write: ({ url, key, model }) => `from anthropic import Anthropic

client = Anthropic(base_url="${url}", api_key="${key}")
message = client.messages.create(
    model="${model}",
    max_tokens=500,
    messages=[{"role": "user", "content": "Hello"}],
)
print(message.content)`,
  },
  "ai-sdk": {
    label: "AI SDK",
    endpoint: "openai.responses",
    lead: "npm install ai @ai-sdk/openai, then as hello.mjs: node hello.mjs",
    write: ({ url, key, model }) => `import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";

const gateway = createOpenAI({ baseURL: "${url}/v1", apiKey: "${key}" });
const { text } = await generateText({ model: gateway("${model}"), prompt: "Hello", maxOutputTokens: 500 });
console.log(text);`,
  },
  "claude-code": {
    label: "Claude Code",
    endpoint: "anthropic.messages",
    lead: "In a terminal. An ANTHROPIC_API_KEY of your own would be taken in its place, so it is unset.",
    write: ({ url, key, model }) => `unset ANTHROPIC_API_KEY
export ANTHROPIC_BASE_URL=${url}
export ANTHROPIC_AUTH_TOKEN=${key}
export ANTHROPIC_MODEL=${model}
export ANTHROPIC_DEFAULT_HAIKU_MODEL=${model}
claude`,
  },
  codex: {
    label: "Codex",
    endpoint: "openai.responses",
    lead: "In a terminal, with Codex 0.134 or later: writes a profile beside your settings and starts Codex with it.",
    write: ({ url, key, model }) => `mkdir -p ~/.codex
cat > ~/.codex/keeptrusts.config.toml <<'TOML'
model = "${model}"
model_provider = "keeptrusts"

[model_providers.keeptrusts]
name = "Keeptrusts Edge"
base_url = "${url}/v1"
env_key = "KEEPTRUSTS_KEY"
wire_api = "responses"
TOML
export KEEPTRUSTS_KEY=${key}
codex --profile keeptrusts`,
  },
};
