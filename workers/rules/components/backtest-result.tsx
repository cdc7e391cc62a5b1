// What a backtest found, as a person decides by it: the sum, by rule, by rep, what failed, and examples. Rule: the same
// words as the report of `npm run backtest`.
import type { BacktestExample, BacktestSummary, Difference } from "#rules/backtest-report.ts";
import { Moment } from "#web/components/moment.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";

const NUMBER = new Intl.NumberFormat("en-GB");
const KINDS = [
  { kind: "added", title: "Added, for example" },
  { kind: "removed", title: "Removed, for example" },
  { kind: "changed", title: "Changed, for example" },
] as const;

export function number(value: number): string {
  return NUMBER.format(value);
}

export function BacktestResult({ summary }: { summary: BacktestSummary }) {
  const { totals, rules, reps, failures, examples } = summary;
  const against = summary.active === null ? "alone" : `against ${summary.active}`;
  return (
    <section class="result" aria-label="Result">
      <p class="lead">
        {summary.candidate} {against}, over {number(summary.signals)} {summary.signals === 1 ? "signal" : "signals"}
        {summary.unreadable > 0 && `; ${number(summary.unreadable)} more can't be read any more`}.
      </p>
      {summary.active === null ? (
        <p>
          <strong>{number(totals.added)} actions</strong>, {number(totals.approvals)} of them after approval.
        </p>
      ) : (
        <p>
          <strong>
            {number(totals.added)} added, {number(totals.removed)} removed, {number(totals.changed)} changed
          </strong>
          , {number(totals.same)} as before. Approvals: {number(summary.approvals_before)} before,{" "}
          {number(totals.approvals)} now.
        </p>
      )}
      {summary.folded > 0 && (
        <p class="quiet">{number(summary.folded)} actions would have folded into an earlier one (cool-down).</p>
      )}
      <Differences title="By rule" rows={rules} />
      <Differences title="By rep" rows={reps} />
      {failures.length > 0 && (
        <>
          <h2 class="section-title">Rules that failed</h2>
          <ul class="rows">
            {failures.map(({ rule_id, count, reason }) => (
              <li class="row">
                <strong>{rule_id}</strong>
                <p class="bad">
                  {number(count)} times, first because: {reason}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      {KINDS.map(({ kind, title }) => (
        <Examples title={title} examples={examples[kind] ?? []} />
      ))}
    </section>
  );
}

function Differences({ title, rows }: { title: string; rows: Readonly<Record<string, Difference>> }) {
  const sorted = Object.entries(rows).sort(([, a], [, b]) => weight(b) - weight(a));
  if (sorted.length === 0) return null;
  return (
    <>
      <h2 class="section-title">{title}</h2>
      <table class="table" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{title === "By rule" ? "Rule" : "Rep"}</th>
            <th scope="col">Added</th>
            <th scope="col">Removed</th>
            <th scope="col">Changed</th>
            <th scope="col">As before</th>
            <th scope="col">To approve</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(([name, { added, removed, changed, same, approvals }]) => (
            <tr>
              <td>{name}</td>
              <td class="number">+{number(added)}</td>
              <td class="number">−{number(removed)}</td>
              <td class="number">~{number(changed)}</td>
              <td class="number">={number(same)}</td>
              <td class="number">{number(approvals)} to approve</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function weight({ added, removed, changed }: Difference): number {
  return added + removed + changed;
}

function Examples({ title, examples }: { title: string; examples: readonly BacktestExample[] }) {
  if (examples.length === 0) return null;
  return (
    <>
      <h2 class="section-title">{title}</h2>
      <ul class="rows examples">
        {examples.map((example) => (
          <Example example={example} />
        ))}
      </ul>
    </>
  );
}

function Example({ example }: { example: BacktestExample }) {
  const { signal_id, subject, subject_name, fired_at, rule_id, type, target, owner, now, before } = example;
  return (
    <li class="row">
      <span class="quiet">{rule_id}</span>
      <div>
        <p class="row-title">
          {TYPE_WORDS[type].name} ({target}) · <a href={`/signals/${signal_id}`}>{subject_name ?? subject}</a>
        </p>
        <dl>
          {before !== null && (
            <div>
              <dt>Before</dt>
              <dd>{before}</dd>
            </div>
          )}
          {now !== null && (
            <div>
              <dt>Now</dt>
              <dd>{now}</dd>
            </div>
          )}
        </dl>
      </div>
      <p class="row-when quiet">
        {owner !== null && <span>{owner} </span>}
        <Moment at={fired_at} />
      </p>
    </li>
  );
}
