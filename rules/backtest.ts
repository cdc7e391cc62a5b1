// Tries a ruleset on signals of the past: what would have been done, against what the version in force would have done.
// Rules: nothing but evaluation, so never an effect; one signal at a time and counts of a bounded size; the moment of
// each decision is the one at which the signal was enriched, so that a backtest says the same whenever it is run.

import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { BacktestEvent } from "./backtest-report.ts";
import { createTally } from "./backtest-tally.ts";
import type { CompiledRuleset } from "./compile.ts";
import { createCoolDowns } from "./cool-downs.ts";
import { type Evaluation, evaluateWithFallback } from "./evaluate.ts";
import { buildPlan } from "./plan.ts";
import type { StoredSignal } from "./stored-signals.ts";

const PROGRESS_EVERY = 500;

export type BacktestInput = {
  /** About in the order in which they came. */
  signals: AsyncIterable<StoredSignal>;
  /** The version to compare with; null to see the candidate alone. */
  active: CompiledRuleset | null;
  candidate: CompiledRuleset;
  /** What `ttl: default` means. */
  approvalTtlSeconds: number;
  /** How many signals there are, when it is known. */
  total: number | null;
};

/** Tells progress, and the summary last. Throws only what `signals` throws. */
export async function* backtest(input: BacktestInput): AsyncGenerator<BacktestEvent> {
  const { signals, active, candidate, total } = input;
  const tally = createTally(active?.version ?? null, candidate.version);
  const before = active === null ? null : replay(active, input.approvalTtlSeconds);
  const now = replay(candidate, input.approvalTtlSeconds);
  let seen = 0;
  for await (const signal of signals) {
    seen += 1;
    if (signal === null) tally.unreadable();
    else if (signal !== "undecided") {
      const decided = await now(signal);
      tally.failures(decided.evaluation.failures);
      tally.compare(signal, before === null ? null : await before(signal), decided);
    }
    if (seen % PROGRESS_EVERY === 0) yield { kind: "progress", evaluated: seen, total };
  }
  yield { kind: "progress", evaluated: seen, total };
  yield { kind: "summary", summary: tally.summary() };
}

export type Replayed = { evaluation: Evaluation; actions: PlanDecided["actions"]; folded: number };

/** Decides signal after signal as the pipeline would, cool-downs included. */
function replay(ruleset: CompiledRuleset, approvalTtlSeconds: number) {
  const coolDowns = createCoolDowns();
  return async (signal: SignalEnriched): Promise<Replayed> => {
    const evaluation = evaluateWithFallback(ruleset, signal, Date.parse(signal.enriched_at));
    const settings = { ruleset, approvalTtlSeconds, decidedAt: signal.enriched_at };
    const plan = await buildPlan(signal, evaluation, settings);
    const actions = plan.actions.filter((action) => !coolDowns.folds(action, signal.subject, signal.fired_at));
    return { evaluation, actions, folded: plan.actions.length - actions.length };
  };
}
