// A backtest as a person reads it in a terminal. Rule: the same words as the page of the rules.
import type { BacktestExample, BacktestSummary, Difference } from "#rules/backtest-report.ts";

const MAX_REPS = 10;

/** The whole report, lines ready to print. */
export function backtestReport(summary: BacktestSummary): string {
  const { totals, rules, reps, failures, examples } = summary;
  const against = summary.active === null ? "compared with nothing" : `against ${summary.active}`;
  const unreadable = summary.unreadable > 0 ? `, ${summary.unreadable} more can't be read any more` : "";
  return [
    `${summary.candidate} ${against}, over ${summary.signals} signals${unreadable}.`,
    `${differenceInWords(totals)}; approvals ${summary.approvals_before} before, ${totals.approvals} now.`,
    ...(summary.folded > 0 ? [`${summary.folded} actions would have folded into an earlier one (cool-down).`] : []),
    "",
    ...table("By rule", rules),
    ...table("By rep", Object.fromEntries(Object.entries(reps).sort(byWeight).slice(0, MAX_REPS))),
    ...section(
      "Rules that failed",
      failures.map(({ rule_id, count, reason }) => `  ${rule_id}: ${count} times, first because: ${reason}`),
    ),
    ...section("Added, for example", examples.added?.map(exampleInWords) ?? []),
    ...section("Removed, for example", examples.removed?.map(exampleInWords) ?? []),
    ...section("Changed, for example", examples.changed?.map(exampleInWords) ?? []),
  ]
    .join("\n")
    .trimEnd();
}

function differenceInWords({ added, removed, changed, same }: Difference): string {
  return `Actions: ${added} added, ${removed} removed, ${changed} changed, ${same} as before`;
}

function byWeight([, a]: [string, Difference], [, b]: [string, Difference]): number {
  return b.added + b.removed + b.changed - (a.added + a.removed + a.changed);
}

function table(title: string, rows: Readonly<Record<string, Difference>>): string[] {
  const width = Math.max(0, ...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(([name, { added, removed, changed, same, approvals }]) => {
    const counts = [`+${added}`, `-${removed}`, `~${changed}`, `=${same}`].map((text) => text.padStart(8)).join("");
    return `  ${name.padEnd(width)}${counts}  ${approvals} to approve`;
  });
  return section(title, lines);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines, ""];
}

function exampleInWords({ rule_id, type, target, subject, subject_name, fired_at, now, before }: BacktestExample) {
  const said = [before === null ? null : `- ${oneLine(before)}`, now === null ? null : `+ ${oneLine(now)}`];
  const about = `  ${fired_at.slice(0, 10)} ${subject_name ?? subject} · ${rule_id} · ${type} (${target})`;
  return [about, ...said.filter((line) => line !== null).map((line) => `      ${line}`)].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
