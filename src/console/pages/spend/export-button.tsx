/** The rows of the filter as a CSV file. */
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";
import { adviceFor } from "../../api/failure.ts";
import { saveFile } from "../../parts/save-file.ts";
import type { SpendFilter } from "../../api/spend.ts";
import { readSpendFile } from "./queries.ts";

export function ExportButton({ filter }: { readonly filter: SpendFilter }) {
  const { mutate, isPending } = useMutation({
    mutationFn: async () => readSpendFile(filter),
    onSuccess: (file) => saveFile(file, "spend.csv"),
    onError: (error) => notifications.show({ title: error.message, message: adviceFor(error), color: "red" }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={isPending}
      onClick={() => mutate()}
    >
      CSV
    </Button>
  );
}
