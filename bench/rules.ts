// How fast signals are decided: the rules that ship, as `decide` evaluates them, against the same conditions written by
// hand in TypeScript, and a backtest against evaluating the same rules in a bare loop, in the same run. Rule: ratios,
// because machines differ; memory is told beside them.
// node bench/rules.ts [signals]

import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { backtest } from "#rules/backtest.ts";
import { contextOf } from "#rules/context.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { DANA, enriched } from "#rules/enriched.fixture.ts";
import { evaluateWithFallback } from "#rules/evaluate.ts";
import { compileText } from "#rules/parse-document.ts";
import { firesByHand } from "./rules-by-hand.ts";

const SIGNALS = Number(process.argv[2] ?? 100_000);
const NOW = Date.parse("2026-11-20T10:00:03.000Z");
const EVENTS = ["deal.stage_changed", "deal.amount_changed", "page.viewed", "call.completed", "contact.title_changed"];

/** Of five kinds, on some hundred deals, a tenth of them idle and a tenth with a competitor. */
function signal(n: number): SignalEnriched {
  return enriched({
    signal_id: `sig_${Array.from(String(n).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("")}`,
    subject: `hubspot:${n % 997}`,
    payload: { event: EVENTS[n % EVENTS.length] ?? "deal.created", url: "https://dealwire.test/blog" },
    contact_id: DANA.id,
    deal: {
      last_activity_days_ago: n % 10 === 0 ? 12 : 2,
      competitors_mentioned: n % 10 === 1 ? ["Zeta"] : [],
    },
  });
}

async function* past(): AsyncGenerator<SignalEnriched> {
  for (let n = 0; n < SIGNALS; n += 1) yield signal(n);
}

function microseconds(count: number, work: (n: number) => void): number {
  for (let n = 0; n < count / 10; n += 1) work(n);
  const startedAt = performance.now();
  for (let n = 0; n < count; n += 1) work(n);
  return ((performance.now() - startedAt) / count) * 1_000;
}

const compiled = compileText(SHIPPED.document, SHIPPED.version);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const { ruleset } = compiled;
const sample = Array.from({ length: 1_000 }, (_, n) => signal(n));
const of = (n: number) => sample[n % sample.length] ?? signal(n);
const contexts = sample.map((each) => contextOf(each, NOW, ruleset.values));

for (const each of sample) {
  const fires = ruleset.rules.filter(({ when }) => {
    const result = when.evaluate(contextOf(each, NOW, ruleset.values));
    return result.ok && result.value === true;
  });
  if (fires.length !== firesByHand(each)) throw new Error(`by hand another answer than ${fires.map(({ id }) => id)}`);
}

const rounds = Math.min(SIGNALS, 50_000);
const context = microseconds(rounds, (n) => void contextOf(of(n), NOW, ruleset.values));
const conditions = microseconds(rounds, (n) => {
  const each = contexts[n % contexts.length];
  if (each !== undefined) for (const rule of ruleset.rules) rule.when.evaluate(each);
});
const whole = microseconds(rounds, (n) => void evaluateWithFallback(ruleset, of(n), NOW));
const byHand = microseconds(rounds, (n) => void firesByHand(of(n)));
const us = (value: number) => `${value.toFixed(2)} µs`;
console.log(`conditions written by hand        ${us(byHand)} a signal`);
console.log(`the same conditions in CEL        ${us(conditions)} a signal, ${(conditions / byHand).toFixed(1)} ×`);
console.log(`making the context for them       ${us(context)} a signal`);
console.log(`evaluation whole, actions made    ${us(whole)} a signal`);

let startedAt = performance.now();
for await (const each of past()) evaluateWithFallback(ruleset, each, Date.parse(each.enriched_at));
const bare = performance.now() - startedAt;
startedAt = performance.now();
let events = 0;
let peakBytes = 0;
const input = { signals: past(), active: null, candidate: ruleset, approvalTtlSeconds: 14_400, total: SIGNALS };
for await (const event of backtest(input)) {
  events += event.kind === "progress" ? 1 : 0;
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
}
const tried = performance.now() - startedAt;
console.log(
  `backtest of ${SIGNALS} signals: ${(tried / 1_000).toFixed(1)} s, ${(tried / bare).toFixed(2)} × a bare loop over the ` +
    `same rules, ${events} times progress, at most ${Math.round(peakBytes / 1_048_576)} MiB`,
);
