// How fast signals are decided: the rules that ship, as `decide` evaluates them, against the same conditions written by
// hand in TypeScript, and a backtest over stored signals against evaluating the same rules in a bare loop, in the same
// run. Rule: ratios of the fastest of rounds that alternate, because machines differ and are busy; memory beside them.
// node bench/rules.ts [signals]

import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { backtest } from "#rules/backtest.ts";
import { contextOf } from "#rules/context.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { DANA, enriched } from "#rules/enriched.fixture.ts";
import { evaluateWithFallback } from "#rules/evaluate.ts";
import { compileText } from "#rules/parse-document.ts";
import { countSignals, storedSignals } from "#rules/stored-signals.ts";
import { firesByHand } from "./rules-by-hand.ts";
import { storePast } from "./stored-past.ts";

const SIGNALS = Number(process.argv[2] ?? 100_000);
const ROUNDS = 15;
const NOW = Date.parse("2026-11-20T10:00:03.000Z");
const EVENTS = ["deal.stage_changed", "deal.amount_changed", "page.viewed", "call.completed", "contact.title_changed"];

/** Of five kinds, on some thousand deals, a tenth of them idle and a tenth with a competitor. */
function signal(n: number, receivedAt: string): SignalEnriched {
  return enriched({
    signal_id: `sig_${Array.from(String(n).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("")}`,
    subject: `hubspot:${n % 997}`,
    fired_at: receivedAt,
    received_at: receivedAt,
    enriched_at: receivedAt,
    payload: { event: EVENTS[n % EVENTS.length] ?? "deal.created", url: "https://dealwire.test/blog" },
    contact_id: DANA.id,
    deal: {
      last_activity_days_ago: n % 10 === 0 ? 12 : 2,
      competitors_mentioned: n % 10 === 1 ? ["Zeta"] : [],
    },
  });
}

const compiled = compileText(SHIPPED.document, SHIPPED.version);
const other = compileText(SHIPPED.document.replace("idle_days: 10", "idle_days: 12"), "candidate");
if (!compiled.ok || !other.ok) throw new Error("the rules that ship do not compile");
const { ruleset } = compiled;
const sample = Array.from({ length: 1_000 }, (_, n) => signal(n, "2026-11-20T10:00:01.000Z"));
const contexts = sample.map((each) => contextOf(each, NOW, ruleset.values));

for (const each of sample) {
  const fires = ruleset.rules.filter(({ when }) => {
    const result = when.evaluate(contextOf(each, NOW, ruleset.values));
    return result.ok && result.value === true;
  });
  if (fires.length !== firesByHand(each)) throw new Error(`by hand another answer than ${fires.map(({ id }) => id)}`);
}

/** Each does the whole sample once. */
const WORK = {
  byHand: () => sample.forEach((each) => void firesByHand(each)),
  conditions: () =>
    contexts.forEach((each) => {
      for (const rule of ruleset.rules) rule.when.evaluate(each);
    }),
  context: () => sample.forEach((each) => void contextOf(each, NOW, ruleset.values)),
  whole: () => sample.forEach((each) => void evaluateWithFallback(ruleset, each, NOW)),
};
const times: Record<keyof typeof WORK, number[]> = { byHand: [], conditions: [], context: [], whole: [] };
const WARM_UP = 5;
for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  for (const name of ["byHand", "conditions", "context", "whole"] as const) {
    const startedAt = performance.now();
    WORK[name]();
    if (round >= 0) times[name].push(((performance.now() - startedAt) / sample.length) * 1_000);
  }
}
const us = (name: keyof typeof WORK) => `${Math.min(...times[name]).toFixed(2)} µs`;
const ratio = (name: keyof typeof WORK) => (Math.min(...times[name]) / Math.min(...times.byHand)).toFixed(1);
console.log(`conditions written by hand        ${us("byHand")} a signal`);
console.log(`the same conditions in CEL        ${us("conditions")} a signal, ${ratio("conditions")} ×`);
console.log(`making the context for them       ${us("context")} a signal`);
console.log(`evaluation whole, actions made    ${us("whole")} a signal`);

const past = storePast(SIGNALS, signal);
try {
  const { sql, period } = past;
  let startedAt = performance.now();
  for await (const each of storedSignals(sql, period))
    if (each !== null && each !== "undecided") {
      evaluateWithFallback(ruleset, each, Date.parse(each.enriched_at));
      evaluateWithFallback(other.ruleset, each, Date.parse(each.enriched_at));
    }
  const bare = performance.now() - startedAt;
  let events = 0;
  let peakBytes = 0;
  startedAt = performance.now();
  const cpu = process.cpuUsage();
  const total = await countSignals(sql, period);
  const signals = storedSignals(sql, period);
  const input = { signals, active: ruleset, candidate: other.ruleset, approvalTtlSeconds: 14_400, total };
  for await (const event of backtest(input)) {
    events += event.kind === "progress" ? 1 : 0;
    peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
  }
  const tried = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `backtest of ${total} stored signals: ${(tried / 1_000).toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of ` +
      `computing, ${(tried / bare).toFixed(2)} × a bare loop over the same rules, ${events} times progress, a heap of at ` +
      `most ${Math.round(peakBytes / 1_048_576)} MiB`,
  );
} finally {
  past.remove();
}
