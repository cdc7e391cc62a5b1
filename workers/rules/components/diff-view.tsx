// The difference of two documents by lines. Rule: a sign says what the colour repeats.
import { type DiffLine, type Hunk, lineDiff } from "../line-diff.ts";

const SIGNS = { same: " ", removed: "-", added: "+" } as const;

export function DiffView({ before, now }: { before: string; now: string }) {
  const hunks = lineDiff(before, now);
  if (hunks.length === 0) return <p class="quiet">The two are the same, character by character.</p>;
  return (
    // Scrolls sideways, so the keyboard must be able to get in.
    <pre class="diff" tabindex={0}>
      {hunks.map((hunk) => (
        <HunkView hunk={hunk} />
      ))}
    </pre>
  );
}

function HunkView({ hunk }: { hunk: Hunk }) {
  return (
    <>
      <span class="quiet">{`@@ line ${hunk.beforeLine}, now line ${hunk.nowLine} @@\n`}</span>
      {hunk.lines.map((line) => (
        <Line line={line} />
      ))}
    </>
  );
}

function Line({ line: { kind, text } }: { line: DiffLine }) {
  const shown = `${SIGNS[kind]} ${text}`;
  if (kind === "same") return <>{`${shown}\n`}</>;
  return kind === "added" ? <ins>{shown}</ins> : <del>{shown}</del>;
}
