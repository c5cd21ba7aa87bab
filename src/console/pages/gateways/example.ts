/** A configuration to begin with: it is valid as it stands. */
export const EXAMPLE_CONFIG = `pack:
  name: my-gateway
  version: 1.0.0

providers:
  routing:
    strategy: ordered # or lowest_price, lowest_latency, round_robin
  targets:
    - id: openai
      provider: openai
    - id: anthropic
      provider: anthropic

policies:
  chain: [audit-logger]

policy:
  audit-logger:
    retention_days: 365
`;
