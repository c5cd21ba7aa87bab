/** The snippets, with this gateway's address, the new key and a model that the person may use. */
import { Alert, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { catalogQuery, cheapestModel, type CatalogModel } from "../../api/catalog.ts";
import { Answer } from "../../parts/answer.tsx";
import { CodeBlock } from "../../parts/code-block.tsx";
import { TOOLS } from "./route.ts";
import { SNIPPETS, type Tool } from "./snippets.ts";

const PLACEHOLDER = "$GATEWAY_KEY";

const route = getRouteApi("/start");

export function SnippetTabs({ token }: { readonly token: string | null }) {
  const { tool: shown = "curl" } = route.useSearch();
  const navigate = route.useNavigate();
  const catalog = useQuery(catalogQuery);
  const choose = (value: string | null): void => {
    const tool = TOOLS.find((each) => each === value);
    if (tool !== undefined) void navigate({ search: { tool }, replace: true, resetScroll: false });
  };
  return (
    <Answer query={catalog}>
      {(models) => (
        <Tabs value={shown} onChange={choose} keepMounted={false}>
          <Tabs.List aria-label="Tools">
            {TOOLS.map((tool) => (
              <Tabs.Tab key={tool} value={tool}>
                {SNIPPETS[tool].label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {TOOLS.map((tool) => (
            <Tabs.Panel key={tool} value={tool} pt="sm">
              <SnippetOf tool={tool} token={token} models={models} />
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </Answer>
  );
}

interface SnippetOfProps {
  readonly tool: Tool;
  readonly token: string | null;
  readonly models: readonly CatalogModel[];
}

function SnippetOf({ tool, token, models }: SnippetOfProps) {
  const { label, endpoint, lead, write } = SNIPPETS[tool];
  const model = cheapestModel(models.filter(({ endpoints }) => endpoints.includes(endpoint)));
  if (model === null) {
    return (
      <Alert color="yellow" title="No model of this kind is open to you">
        Ask an administrator for an access policy that allows you one, or take another tool.
      </Alert>
    );
  }
  return (
    <div>
      <Text size="sm">{lead}</Text>
      <CodeBlock
        label={`Snippet for ${label}`}
        text={write({ url: location.origin, key: token ?? PLACEHOLDER, model: model.model })}
      />
    </div>
  );
}
