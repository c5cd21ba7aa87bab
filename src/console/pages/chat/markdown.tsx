/** An answer's text. HTML in it stays text, pictures are links: an answer loads nothing. */
import { ActionIcon, Anchor, Code, CopyButton, Paper, Table, Tooltip, Typography } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ComponentPropsWithoutRef, ReactNode } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

const COMPONENTS: Components = {
  a: ({ href, children }) => <OutLink to={href}>{children}</OutLink>,
  img: ({ src, alt }) => <OutLink to={typeof src === "string" ? src : undefined}>{alt || "picture"}</OutLink>,
  pre: ({ children }) => children,
  code: CodeOfAnswer,
  table: ({ children }) => (
    <Table.ScrollContainer minWidth={300}>
      <Table>{children}</Table>
    </Table.ScrollContainer>
  ),
  // The page's own headings come before those of an answer.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
};

export function AnswerText({ text }: { readonly text: string }) {
  return (
    <Typography style={{ overflowWrap: "anywhere" }}>
      <Markdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {text}
      </Markdown>
    </Typography>
  );
}

function OutLink({ to, children }: { readonly to: string | undefined; readonly children: ReactNode }) {
  if (to === undefined || to === "") return children;
  return (
    <Anchor href={to} target="_blank" rel="noopener noreferrer nofollow" inherit underline="always">
      {children}
    </Anchor>
  );
}

/** Blocks have several lines or a language; the rest is within a sentence. */
function CodeOfAnswer({ className, children }: ComponentPropsWithoutRef<"code">) {
  const text = typeof children === "string" ? children : "";
  const language = /language-(\S+)/.exec(className ?? "")?.[1];
  if (language === undefined && !text.includes("\n")) return <Code>{children}</Code>;
  return (
    <Paper withBorder pos="relative" my="sm" style={{ overflow: "hidden" }}>
      <CopyButton value={text.replace(/\n$/, "")}>
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
      <Code block tabIndex={0} aria-label={language === undefined ? "Code" : `Code: ${language}`} pr={44} m={0}>
        {text.replace(/\n$/, "")}
      </Code>
    </Paper>
  );
}
