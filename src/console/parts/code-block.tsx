/** Lines of code or of a terminal, with a button that copies them. */
import { ActionIcon, Code, CopyButton, Paper, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

interface CodeBlockProps {
  /** What it is, for screen readers: `Code: js`. */
  readonly label: string;
  readonly text: string;
}

export function CodeBlock({ label, text }: CodeBlockProps) {
  return (
    <Paper withBorder pos="relative" my="sm" style={{ overflow: "hidden" }}>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy code"}>
            <ActionIcon
              pos="absolute"
              top={6}
              right={6}
              variant="default"
              onClick={copy}
              aria-label="Copy code"
              style={{ zIndex: 1 }}
            >
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      <Code block tabIndex={0} aria-label={label} pr={44} m={0}>
        {text}
      </Code>
    </Paper>
  );
}
