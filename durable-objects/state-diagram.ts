// Draws a machine as a Mermaid state diagram, so that docs/deal-states.md shows the data and not somebody's memory of
// it; a test holds the page against this. https://mermaid.js.org/syntax/stateDiagram.html
import { GUARDS } from "./guards.ts";
import type { Machine } from "./machine-v1.ts";

/** The text between the fences of a `mermaid` block. States that nothing leaves end the diagram. */
export function stateDiagram({ rows }: Machine): string {
  const left = new Set(rows.map(({ from }) => from));
  const ends = [...new Set(rows.map(({ to }) => to))].filter((state) => !left.has(state));
  const arrows = rows.map(({ from, on, when, to, does }) => {
    const guard = when === undefined ? "" : ` [${GUARDS[when].label}]`;
    const effect = does === undefined ? "" : ` / ${does.replaceAll("_", " ")}`;
    return `  ${from} --> ${to}: ${on.replaceAll("_", " ")}${guard}${effect}`;
  });
  return ["stateDiagram-v2", "  [*] --> proposed", ...arrows, ...ends.map((state) => `  ${state} --> [*]`)].join("\n");
}
