/** Credit, Allocate and Reclaim, each with its dialog. */
import { Group } from "@mantine/core";
import { useState } from "react";
import { ActionButton } from "../../parts/action-button.tsx";
import type { Wallet } from "./queries.ts";
import { TransferDialog, type TransferType } from "./transfer-dialog.tsx";

/** Null: the dialogs ask which wallet. */
export function TransferButtons({ wallet }: { readonly wallet: Wallet | null }) {
  const [open, setOpen] = useState<TransferType | null>(null);
  const types = typesFor(wallet);
  return (
    <>
      <Group gap="xs">
        {types.map((type) => (
          <ActionButton
            key={type}
            needs="org:billing"
            variant={type === types[0] ? "filled" : "default"}
            onClick={() => setOpen(type)}
          >
            {VERBS[type]}
          </ActionButton>
        ))}
      </Group>
      <TransferDialog type={open} wallet={wallet} onClose={() => setOpen(null)} />
    </>
  );
}

const VERBS = { credit: "Credit", allocate: "Allocate", reclaim: "Reclaim" } as const satisfies Record<
  TransferType,
  string
>;

/** A seat's money comes and goes with its plan; into the organization's wallet nothing is allocated. */
function typesFor(wallet: Wallet | null): readonly TransferType[] {
  if (wallet === null) return ["credit", "allocate", "reclaim"];
  if (wallet.scope === "seat") return [];
  return wallet.scope === "organization" ? ["credit"] : ["allocate", "reclaim", "credit"];
}
