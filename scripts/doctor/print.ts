// The findings for people: a line each, and below what is not right what to do.
import type { Paint } from "../paint.ts";
import type { Finding, FindingState } from "./finding.ts";

const MARKS: Readonly<Record<FindingState, string>> = { ok: "✓", warning: "!", failure: "✗", skipped: "–" };

/** The lines of one check; a check whose findings have several names gets a heading for each. */
export function linesOf(findings: readonly Finding[], paint: Paint): string[] {
  const colours: Readonly<Record<FindingState, (text: string) => string>> = {
    ok: paint.green,
    warning: paint.yellow,
    failure: paint.red,
    skipped: paint.dim,
  };
  return [...new Set(findings.map(({ check }) => check))].flatMap((check) => [
    paint.bold(check),
    ...findings
      .filter((finding) => finding.check === check)
      .flatMap(({ subject, state, what, todo }) => [
        `  ${colours[state](MARKS[state])} ${subject}: ${what}`,
        ...(todo === null ? [] : [`      ${paint.dim("→")} ${todo}`]),
      ]),
  ]);
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  const failures = count("failure");
  const rest = `${count("warning")} warnings, ${count("ok")} right, ${count("skipped")} skipped`;
  return `${failures === 0 ? "Nothing failed" : failures === 1 ? "1 failure" : `${failures} failures`}; ${rest}.`;
}
