// The mistakes of a document, each with its place and the line itself, so that it is found without counting.
import type { DocumentProblem } from "#rules/parse-document.ts";

/** One mistake often leads to many; the first ones are those to mend. */
const MOST_SHOWN = 30;
/** Of the line, before and after the place. */
const [BEFORE, AFTER] = [24, 40];

export function ProblemList({ problems, document }: { problems: readonly DocumentProblem[]; document: string }) {
  const lines = document.split("\n");
  const count = problems.length === 1 ? "One mistake" : `${problems.length} mistakes`;
  return (
    <section class="problems" role="alert">
      <h2>{count}; nothing was saved</h2>
      <ol>
        {problems.slice(0, MOST_SHOWN).map(({ line, column, rule, message }) => (
          <li>
            <p>
              <strong>
                Line {line}, column {column}
              </strong>
              {rule !== null && <span class="quiet"> in {rule}</span>}
            </p>
            <p>{message}</p>
            <pre tabindex={0}>{excerpt(lines[line - 1] ?? "", column)}</pre>
          </li>
        ))}
      </ol>
      {problems.length > MOST_SHOWN && <p class="quiet">{problems.length - MOST_SHOWN} more after these.</p>}
    </section>
  );
}

/** The part of the line around the place, and a caret under it. */
function excerpt(line: string, column: number): string {
  const at = Math.min(column - 1, line.length);
  const from = Math.max(line.search(/\S|$/), at - BEFORE);
  const cut = from > line.search(/\S|$/) ? "…" : "";
  return `${cut}${line.slice(from, at + AFTER)}\n${" ".repeat(Math.max(0, at - from) + cut.length)}^`;
}
