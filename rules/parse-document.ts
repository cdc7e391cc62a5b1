// From the text of a ruleset (YAML, of which JSON is a part) to a compiled one, or to every mistake with the line and the
// column where a person finds it. Rule: never throws, whatever the text.
import { isCollection, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLError } from "yaml";
import { type CompileResult, compile, type Problem } from "./compile.ts";

/** Ten times the rules that ship; what is longer is refused unread. */
export const MAX_DOCUMENT_CHARACTERS = 200_000;

/** `line` and `column` count from 1. */
export type DocumentProblem = Problem & { line: number; column: number };
export type CompiledText = Extract<CompileResult, { ok: true }> | { ok: false; problems: readonly DocumentProblem[] };

/** Compiles the text of a ruleset under the name `version`. */
export function compileText(text: string, version: string): CompiledText {
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    return { ok: false, problems: [problem(`a ruleset has at most ${MAX_DOCUMENT_CHARACTERS} characters`)] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2", merge: false });
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map(syntaxProblem) };
  try {
    const compiled = compile(document.toJS({ maxAliasCount: 50 }), version);
    if (compiled.ok) return compiled;
    const problems = compiled.problems.map((each) => {
      const { line, col } = lines.linePos(offsetOf(document.contents, each.path, each.position, text));
      return { ...each, line, column: col };
    });
    return { ok: false, problems };
  } catch (error) {
    return { ok: false, problems: [problem(error instanceof Error ? error.message : String(error))] };
  }
}

/** One line for logs and terminals: `14:12 idle-near-close /rules/3/when No such key: nope`. */
export function describeProblem({ rule, path, message, line, column }: DocumentProblem): string {
  return `${line}:${column} ${rule === null ? "" : `${rule} `}${path} ${message}`;
}

function problem(message: string, { line, col } = { line: 1, col: 1 }): DocumentProblem {
  return { rule: null, path: "/", message, position: null, line, column: col };
}

function syntaxProblem({ message, linePos }: YAMLError): DocumentProblem {
  return problem(message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? message, linePos?.[0]);
}

/** The offset in the text of what a problem is about: as deep along its path as the document goes. */
function offsetOf(root: Node | null, path: string, position: number | null, text: string): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path.split("/").slice(1)) {
    const pair = isMap(node) ? node.items.find((item) => keyOf(item) === key) : undefined;
    const child: unknown = pair !== undefined ? pair.value : isCollection(node) ? node.get(Number(key), true) : null;
    const found = isNodeWithRange(child) ? child : null;
    offset = rangeStart(pair?.key) ?? rangeStart(found) ?? offset;
    node = found;
    if (found === null) return offset;
  }
  if (position === null || !isScalar(node)) return offset;
  return offsetInScalar(node, position, text) ?? offset;
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === "object" && node !== null && "range" in node;
}

function rangeStart(node: unknown): number | null {
  return isNodeWithRange(node) ? (node.range?.[0] ?? null) : null;
}

/** Where the character at `position` of a scalar's value stands; null when folding or escapes hide it. */
function offsetInScalar(
  { type, value, range }: Node & { type?: string; value: unknown },
  position: number,
  text: string,
) {
  if (typeof value !== "string" || !range) return null;
  const [start, end] = range;
  const source = text.slice(start, end);
  if (type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED") {
    const header = source.indexOf("\n") + 1;
    const indent = /^ */.exec(source.slice(header).replace(/^\s*\n/, ""))?.[0].length ?? 0;
    const before = value.slice(0, position).split("\n");
    if (type === "BLOCK_FOLDED") return start;
    const lineStart = before.slice(0, -1).reduce((at) => text.indexOf("\n", at) + 1, start + header);
    return lineStart + indent + (before.at(-1)?.length ?? 0);
  }
  const at = source.indexOf(value);
  return at === -1 ? start : start + at + position;
}
