/** Text to be copied, with its button. */
import { ActionIcon, Code, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

interface CopyProps {
  /** What it is, e.g. `request id`: "Copy request id". */
  readonly what: string;
  readonly text: string;
  /** A token that is shown once may take several lines. */
  readonly block?: boolean;
}

export function Copy({ what, text, block = false }: CopyProps) {
  return (
    <Group gap={4} wrap="nowrap" align={block ? "flex-start" : "center"}>
      <Code block={block} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : `Copy ${what}`}>
            <ActionIcon variant="subtle" color={copied ? "teal" : "gray"} onClick={copy} aria-label={`Copy ${what}`}>
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
