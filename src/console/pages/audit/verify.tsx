/** Asks the gateway to recompute the chain of hashes, and tells what it found. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Wire } from "../../api/client.ts";
import { Copy } from "../../parts/copy.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { formatCount } from "../../parts/format.ts";
import { Time } from "../../parts/time.tsx";
import { verifyChain, type Chain } from "./queries.ts";

export function VerifyButton({ chain }: { readonly chain: Chain }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={open}>
        Verify
      </Button>
      <Modal opened={opened} onClose={close} title="Verify the chain">
        <Verification chain={chain} />
      </Modal>
    </>
  );
}

function Verification({ chain }: { readonly chain: Chain }) {
  const [head, setHead] = useState("");
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async (kept: string) => verifyChain(chain, kept),
  });
  return (
    <Stack>
      <Text size="sm">
        Every record is hashed again and compared with the next one, and with what the organization&apos;s ledger has
        seen. Nothing that was changed, removed or put in between stays hidden.
      </Text>
      <TextInput
        label="A head that you kept"
        description="Of an earlier verification. It shows also that nothing was cut off at the end since. Optional."
        placeholder="12:a4369574…"
        value={head}
        onChange={(event) => setHead(event.currentTarget.value.trim())}
      />
      {data === undefined ? null : <Finding of={data} />}
      {error === null ? null : <FailureNotice error={error} />}
      <Group justify="flex-end">
        <Button loading={isPending} onClick={() => mutate(head)}>
          Verify now
        </Button>
      </Group>
    </Stack>
  );
}

const FAULTS = {
  gap: "is missing, or out of place",
  previous_hash: "does not follow the one before",
  hash: "was changed: its content is not what was hashed",
  anchor: "is not the one that the organization's ledger has seen",
  head: "is not the one of the head that you gave, or is gone",
} as const satisfies Record<NonNullable<Wire<"AuditVerification">["first_fault"]>["check"], string>;

function Finding({ of }: { readonly of: Wire<"AuditVerification"> }) {
  if (of.first_fault !== null) {
    return (
      <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} title="The chain is broken">
        Record {of.first_fault.sequence} {FAULTS[of.first_fault.check]}.
      </Alert>
    );
  }
  return (
    <Alert color="green" role="status" icon={<IconShieldCheck aria-hidden />} title="The chain is whole">
      <Stack gap="xs">
        <Text size="sm">
          {formatCount(of.checked_through_sequence)} records, checked <Time at={of.checked_at} />
          {of.anchors_checked === null ? "" : `; ${formatCount(of.anchors_checked)} heads compared with the ledger's`}.
        </Text>
        {of.head === null ? null : (
          <>
            <Text size="sm">Keep this head outside, and give it the next time:</Text>
            <Copy what="head" text={`${of.head.sequence}:${of.head.hash}`} block />
          </>
        )}
      </Stack>
    </Alert>
  );
}
