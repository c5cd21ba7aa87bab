/** Previous and Next of a list. The API's cursors only go forward: the URL keeps those of the pages before. */
import { Button, Group } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { Pages } from "./search.ts";

interface PagerProps {
  readonly pages: Pages;
  readonly nextCursor: string | null;
  readonly onPages: (pages: Pages) => void;
}

export function Pager({ pages = [], nextCursor, onPages }: PagerProps) {
  if (pages.length === 0 && nextCursor === null) return null;
  const before = pages.slice(0, -1);
  return (
    <Group component="nav" aria-label="Pages" justify="flex-end" gap="sm">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={16} aria-hidden />}
        disabled={pages.length === 0}
        onClick={() => onPages(before.length === 0 ? undefined : before)}
      >
        Previous
      </Button>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={16} aria-hidden />}
        disabled={nextCursor === null}
        onClick={() => nextCursor !== null && onPages([...pages, nextCursor])}
      >
        Next
      </Button>
    </Group>
  );
}
