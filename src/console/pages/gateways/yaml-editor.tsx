/** CodeMirror for policy-config.yaml: loaded when it is shown. */
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useRef } from "react";
import type { ConfigReport } from "./queries.ts";

/** Colours of Mantine with enough contrast in both schemes. */
const COLORS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "light-dark(#364fc7, #91a7ff)" },
  { tag: [tags.string, tags.content], color: "light-dark(#2b6a34, #8ce99a)" },
  { tag: [tags.number, tags.bool, tags.keyword, tags.atom], color: "light-dark(#a13a00, #ffc078)" },
  { tag: [tags.comment, tags.meta, tags.punctuation, tags.separator], color: "var(--mantine-color-dimmed)" },
]);

const LOOK = EditorView.theme({
  "&": {
    border: "1px solid var(--mantine-color-default-border)",
    borderRadius: "var(--mantine-radius-sm)",
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
    fontSize: "var(--mantine-font-size-sm)",
  },
  "&.cm-focused": { outline: "2px solid var(--mantine-primary-color-filled)" },
  ".cm-scroller": { minHeight: "12rem", maxHeight: "65vh", fontFamily: "var(--mantine-font-family-monospace)" },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-gutters": {
    backgroundColor: "var(--mantine-color-default-hover)",
    color: "var(--mantine-color-dimmed)",
    border: "none",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--mantine-color-default-hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "light-dark(#bac8ff, #3b4a8a)",
  },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
    border: "1px solid var(--mantine-color-default-border)",
  },
  ".cm-changedLine, &.cm-merge-b .cm-changedLine": { backgroundColor: "light-dark(#ebfbee, #1b3a24)" },
  ".cm-deletedChunk": { backgroundColor: "light-dark(#fff5f5, #43201f)" },
  "&.cm-merge-b .cm-changedText": { background: "light-dark(#d3f9d8, #285c36)" },
  ".cm-deletedChunk .cm-deletedText": { background: "light-dark(#ffe3e3, #6b2a29)" },
});

interface YamlEditorProps {
  /** What it is, for screen readers. */
  readonly label: string;
  readonly text: string;
  /** Null: it can only be read. */
  readonly onText: ((text: string) => void) | null;
  /** What the API says of the text; null: nothing yet. */
  readonly report?: ConfigReport | null;
  /** Shows what differs from this text; null: nothing is compared. */
  readonly before?: string | null;
  /** Where the cursor shall go, when it is asked for (another object: again). */
  readonly goTo?: Place | null;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export function YamlEditor({ label, text, onText, report = null, before = null, goTo = null }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const listener = useRef(onText);
  const isEditable = onText !== null;
  const newest = useRef(text);
  useEffect(() => {
    listener.current = onText;
    newest.current = text;
  });

  useEffect(() => {
    if (place.current === null) return;
    const extensions = extensionsOf({ label, isEditable, before, onText: (typed) => listener.current?.(typed) });
    const made = new EditorView({
      state: EditorState.create({ doc: newest.current, extensions }),
      parent: place.current,
    });
    view.current = made;
    return () => made.destroy();
  }, [label, isEditable, before]);

  useEffect(() => {
    const shown = view.current;
    if (shown === null || shown.state.doc.toString() === text) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const shown = view.current;
    if (shown === null || report === null) return;
    shown.dispatch(setDiagnostics(shown.state, diagnosticsOf(shown.state.doc, report)));
  }, [report, before]);

  useEffect(() => {
    const shown = view.current;
    if (shown === null || goTo === null) return;
    const position = positionOf(shown.state.doc, goTo);
    shown.dispatch({ selection: { anchor: position }, effects: EditorView.scrollIntoView(position, { y: "center" }) });
    shown.focus();
  }, [goTo]);

  return <div ref={place} />;
}

interface Setup {
  readonly label: string;
  readonly isEditable: boolean;
  readonly before: string | null;
  readonly onText: (text: string) => void;
}

function extensionsOf({ label, isEditable, before, onText }: Setup): Extension[] {
  return [
    basicSetup,
    yaml(),
    syntaxHighlighting(COLORS),
    LOOK,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    EditorState.readOnly.of(!isEditable),
    EditorView.editable.of(isEditable),
    ...(isEditable ? [lintGutter()] : []),
    ...(before === null
      ? []
      : [unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } })]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onText(update.state.doc.toString());
    }),
  ];
}

function diagnosticsOf(doc: Text, { errors, warnings }: ConfigReport): Diagnostic[] {
  const remarks = [
    ...errors.map((error) => ({ ...error, severity: "error" as const })),
    ...warnings.map((warning) => ({ ...warning, suggestion: undefined, severity: "warning" as const })),
  ];
  return remarks.map(({ severity, code, message, suggestion, ...at }) => {
    const from = positionOf(doc, at);
    const word = wordAt(doc, from);
    const base = { from, to: from + word.length, severity, message: `${code}: ${message}` };
    if (suggestion === undefined || word === "" || suggestion.includes(":")) return base;
    return {
      ...base,
      actions: [
        {
          name: `Replace with ${suggestion}`,
          apply: (shown, start, end) => shown.dispatch({ changes: { from: start, to: end, insert: suggestion } }),
        },
      ],
    };
  });
}

/** The end of the text for a place behind it: the report may be about an earlier one. */
function positionOf(doc: Text, { line, column }: Place): number {
  if (line > doc.lines) return doc.length;
  const found = doc.line(Math.max(line, 1));
  return Math.min(found.from + Math.max(column - 1, 0), found.to);
}

function wordAt(doc: Text, position: number): string {
  const { text, from } = doc.lineAt(position);
  return /^[\w.*/-]+/.exec(text.slice(position - from))?.[0] ?? "";
}
