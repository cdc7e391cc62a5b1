// A candidate against the version in force, over signals of the past.
import { expect, test } from "vitest";
import { backtest } from "./backtest.ts";
import { BacktestEvent, type BacktestSummary } from "./backtest-report.ts";
import type { CompiledRuleset } from "./compile.ts";
import { enriched } from "./enriched.fixture.ts";
import { compileText } from "./parse-document.ts";
import type { StoredSignal } from "./stored-signals.ts";

function ruleset(version: string, ...rules: string[]): CompiledRuleset {
  const compiled = compileText(`rules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`, version);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.ruleset;
}

const tell = (id: string, when: string, text = "Hi", rest = "") =>
  `{ id: ${id}, for: It is., when: "${when}", then: [{ do: send_alert, with: { channel: "#${id}", text: "${text}" } }]${rest} }`;

const idOf = (n: number) =>
  `sig_${Array.from(String(n).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("")}`;
async function* past(count: number, each: (n: number) => StoredSignal) {
  for (let n = 0; n < count; n += 1) yield each(n);
}

async function run(active: CompiledRuleset | null, candidate: CompiledRuleset, signals: AsyncIterable<StoredSignal>) {
  const events: BacktestEvent[] = [];
  const input = { signals, active, candidate, approvalTtlSeconds: 14_400, total: null };
  for await (const event of backtest(input)) events.push(BacktestEvent.parse(event));
  const last = events.at(-1);
  if (last?.kind !== "summary") throw new Error("no summary");
  return { events, summary: last.summary };
}

const one = (signal = enriched()) => past(1, () => signal);
const totals = ({ totals: { added, removed, changed, same } }: BacktestSummary) => ({ added, removed, changed, same });

test("tells what is added, removed, changed and the same, by rule and by rep, with examples", async () => {
  const active = ruleset("v1", tell("kept", "true"), tell("gone", "true"), tell("new-words", "true"));
  const candidate = ruleset("v2", tell("kept", "true"), tell("new-words", "true", "Hello"), tell("more", "true"));
  const { summary } = await run(active, candidate, one());
  expect(totals(summary)).toEqual({ added: 1, removed: 1, changed: 1, same: 1 });
  expect(summary).toMatchObject({
    active: "v1",
    candidate: "v2",
    signals: 1,
    rules: { more: { added: 1 }, gone: { removed: 1 }, "new-words": { changed: 1 }, kept: { same: 1 } },
    reps: { "sam@dealwire.test": { added: 1, removed: 1, changed: 1, same: 1 } },
    examples: {
      added: [{ rule_id: "more", subject_name: "Acme renewal", before: null, now: "Hi (at once)" }],
      removed: [{ rule_id: "gone", now: null }],
      changed: [{ rule_id: "new-words", before: "Hi (at once)", now: "Hello (at once)" }],
    },
  });
});

test("a rule that now waits for a person is a change, and its approvals are counted", async () => {
  const asks = tell("kept", "true", "Hi", ", approval: { on_timeout: wait }");
  const { summary } = await run(ruleset("v1", tell("kept", "true")), ruleset("v2", asks), one());
  expect(summary).toMatchObject({ totals: { changed: 1, approvals: 1 }, approvals_before: 0 });
  expect(summary.examples.changed?.[0]?.now).toBe("Hi (waits 4 h for a person, then it goes on waiting)");
});

test("without a version to compare with, everything is added", async () => {
  const { summary } = await run(null, ruleset("v2", tell("more", "true")), one());
  expect(summary).toMatchObject({ active: null, totals: { added: 1 } });
});

test("a cool-down folds what comes too soon, as it would have been", async () => {
  const rules = ruleset("v2", tell("calm", "true", "Hi", ", cool_down: 24h"));
  const hourly = past(48, (n) => {
    const fired_at = new Date(Date.parse("2026-11-01T00:00:00.000Z") + n * 3_600_000).toISOString();
    return enriched({ signal_id: idOf(n), fired_at });
  });
  const { summary } = await run(null, rules, hourly);
  expect(summary).toMatchObject({ signals: 48, totals: { added: 2 }, folded: 46 });
});

test("a signal that comes out of its order folds only into what was near to it in time", async () => {
  const rules = ruleset("v2", tell("calm", "true", "Hi", ", cool_down: 24h"));
  const days = [20, 2, 20];
  const late = past(days.length, (n) => {
    const fired_at = new Date(Date.UTC(2026, 10, days[n], n)).toISOString();
    return enriched({ signal_id: idOf(n), fired_at });
  });
  const { summary } = await run(null, rules, late);
  expect(summary).toMatchObject({ totals: { added: 2 }, folded: 1 });
});

test("rules that fail are named with how often and why; signals that can't be read are counted", async () => {
  const broken = tell("broken", "account.name == 'x'");
  const { summary } = await run(
    null,
    ruleset("v2", broken),
    past(5, (n) => (n === 0 ? null : n === 1 ? "undecided" : enriched())),
  );
  expect(summary).toMatchObject({
    signals: 3,
    unreadable: 1,
    failures: [{ rule_id: "broken", count: 3, reason: expect.stringContaining("No such key: name") }],
  });
});

test("the same past gives the same report, and the report stays small however long the past", async () => {
  const rules = ruleset("v2", tell("more", "deal.amount > 1000"));
  const signals = () =>
    past(3_000, (n) => {
      const owner = { id: `hubspot:${n}`, name: "Rep", email: `rep${n}@acme.test`, time_zone: null, manager: null };
      return enriched({ signal_id: idOf(n), deal: { owner } });
    });
  const { events, summary } = await run(null, rules, signals());
  expect((await run(null, rules, signals())).summary).toEqual(summary);
  expect(events.filter(({ kind }) => kind === "progress")).toHaveLength(7);
  expect(Object.keys(summary.reps)).toHaveLength(201);
  expect(summary.reps.others?.added).toBe(2_800);
  expect(summary.examples.added).toHaveLength(10);
});
