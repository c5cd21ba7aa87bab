/** One model: what it costs, what it can, who may use it, and a calculator. */
import { Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { catalogQuery, type CatalogModel } from "../../api/catalog.ts";
import { useSession } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Facts } from "../../parts/facts.tsx";
import { formatCount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { Calculator } from "./calculator.tsx";
import { HoldEstimate } from "./hold-estimate.tsx";
import { PriceTable } from "./price-table.tsx";
import { Reach } from "./reach.tsx";
import { endpointName } from "./words.ts";

const route = getRouteApi("/models/$provider/$model");

export function ModelPage() {
  const { provider, model: name } = route.useParams();
  const catalog = useQuery(catalogQuery);
  return (
    <Stack gap="lg">
      <PageLink to="/models" size="sm">
        All models
      </PageLink>
      <PageHeader title={name} lead={`A model of ${provider}.`} />
      <Answer query={catalog}>
        {(models) => {
          const found = models.find((model) => model.provider === provider && model.model === name);
          if (found !== undefined) return <Model model={found} />;
          return (
            <EmptyState title="The model has no price in force" action={<PageLink to="/models">All models</PageLink>}>
              Its price may have ended, or the name is another one.
            </EmptyState>
          );
        }}
      </Answer>
    </Stack>
  );
}

function Model({ model }: { readonly model: CatalogModel }) {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="lg">
          <Panel title="Access">
            <Reach model={model} />
          </Panel>
          <Panel title="Prices">{model.free === true ? "It costs nothing." : <PriceTable of={model} />}</Panel>
          <Panel title="Facts">
            <ModelFacts of={model} />
          </Panel>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack gap="lg">
          <Panel title="Calculator" lead="What a request costs in the end.">
            <Calculator model={model} />
          </Panel>
          <Panel title="Hold" lead="What a request of yours would hold before it is sent. Nothing is held now.">
            <HoldEstimate model={model} />
          </Panel>
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function ModelFacts({ of: model }: { readonly of: CatalogModel }) {
  const { platform_admin: isPlatformAdmin } = useSession();
  return (
    <Stack gap="sm">
      <Facts
        rows={[
          ["Name", <Copy key="name" what="model name" text={model.model} />],
          ["Aliases", <Tags key="aliases" of={model.aliases ?? []} />],
          ["Endpoints", model.endpoints.map(endpointName).join(", ")],
          ["Context window", `${formatCount(model.context_window ?? null)} tokens`],
          ["Most output", `${formatCount(model.max_output_tokens ?? null)} tokens`],
          ["Tags", <Tags key="tags" of={model.tags ?? []} />],
          ["Price since", since(model.effective_from)],
          [
            "Price until",
            model.effective_to === null || model.effective_to === undefined ? (
              "further notice"
            ) : (
              <Time at={model.effective_to} />
            ),
          ],
        ]}
      />
      {isPlatformAdmin ? (
        <PageLink to="/prices" search={{ provider: model.provider, model: model.model }} size="sm">
          Its periods in the price book
        </PageLink>
      ) : null}
    </Stack>
  );
}

function since(from: string | null | undefined) {
  return from === null || from === undefined ? "ever" : <Time at={from} />;
}
