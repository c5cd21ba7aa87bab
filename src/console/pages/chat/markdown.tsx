/** An answer's text. HTML in it stays text, pictures are links: an answer loads nothing. */
import { Anchor, Code, Table, Typography } from "@mantine/core";
import type { ComponentPropsWithoutRef, ReactNode } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "../../parts/code-block.tsx";

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
  return <CodeBlock label={language === undefined ? "Code" : `Code: ${language}`} text={text.replace(/\n$/, "")} />;
}
