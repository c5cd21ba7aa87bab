/** A period of the price book: a new one, or one that gets another content. */
import { Alert, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Answer } from "../../parts/answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Panel } from "../../parts/panel.tsx";
import { PriceTable } from "../models/price-table.tsx";
import { periodStatus } from "./period.ts";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { PriceEditor } from "./price-editor.tsx";
import { priceQuery, type StoredPrice } from "./queries.ts";

const route = getRouteApi("/prices/$id");

export function PricePage() {
  const { id } = route.useParams();
  const { like } = route.useSearch();
  return (
    <PlatformOnly title="Price">
      <Stack gap="lg">
        <PageLink to="/prices" size="sm">
          Price book
        </PageLink>
        {id !== "new" ? <Existing id={id} /> : like === undefined ? <Added like={null} /> : <AddedLike id={like} />}
      </Stack>
    </PlatformOnly>
  );
}

function Existing({ id }: { readonly id: string }) {
  const price = useQuery(priceQuery(id));
  return (
    <Answer query={price}>
      {(stored) => {
        const status = periodStatus(stored, Date.now());
        return (
          <>
            <PageHeader title={stored.model} lead={LEADS[status]} />
            {status === "ended" ? (
              <Panel title="Prices">
                <PriceTable of={stored} />
              </Panel>
            ) : (
              <PriceEditor replaces={stored} like={stored} />
            )}
          </>
        );
      }}
    </Answer>
  );
}

const LEADS = {
  "in force":
    "The running period ends when you save, and goes on with the new content. What was settled stays as it was.",
  planned: "It has not begun: what you save takes its place.",
  ended: "It has ended, and stays as it was: what was settled in it can be checked for ever.",
} as const;

function AddedLike({ id }: { readonly id: string }) {
  const like = useQuery(priceQuery(id));
  return (
    <Answer query={like}>{(price) => <Added like={{ ...price, effective_from: null, effective_to: null }} />}</Answer>
  );
}

function Added({ like }: { readonly like: StoredPrice | null }) {
  return (
    <>
      <PageHeader
        title={like === null ? "New price" : `Next price of ${like.model}`}
        lead="A running period of the same model or alias ends where the new one begins."
      />
      {like === null ? null : (
        <Alert color="blue" title="Say when it begins">
          Without a beginning it is in force as soon as it is saved.
        </Alert>
      )}
      <PriceEditor replaces={null} like={like} />
    </>
  );
}
