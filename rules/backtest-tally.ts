// Counts what a backtest finds. Rule: of a bounded size: two hundred reps, the rules there are, a few examples of each
// kind, cut short.
import type { Action } from "#contract/action.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Replayed } from "./backtest.ts";
import type { BacktestExample, BacktestSummary, Difference } from "./backtest-report.ts";
import type { Failure } from "./evaluate.ts";

const MAX_REPS = 200;
const MAX_EXAMPLES = 10;
const MAX_TEXT = 300;
const NOBODY = "nobody";
const OTHERS = "others";

type Change = "added" | "removed" | "changed" | "same";

export function createTally(active: string | null, candidate: string) {
  const rules = new Map<string, Difference>();
  const reps = new Map<string, Difference>();
  const failures = new Map<string, { rule_id: string; count: number; reason: string }>();
  const totals = nothing();
  const examples: Record<"added" | "removed" | "changed", BacktestExample[]> = { added: [], removed: [], changed: [] };
  const counted = { signals: 0, unreadable: 0, folded: 0, approvals_before: 0 };

  const count = (signal: SignalEnriched, change: Change, before: Action | undefined, now: Action | undefined) => {
    const action = now ?? before;
    if (action === undefined) return;
    const rep = action.owner?.email ?? action.owner?.name ?? NOBODY;
    for (const difference of [
      totals,
      of(rules, action.rule_id),
      of(reps, reps.has(rep) || reps.size < MAX_REPS ? rep : OTHERS),
    ]) {
      difference[change] += 1;
      if (now !== undefined && now.approval !== "auto") difference.approvals += 1;
    }
    if (before !== undefined && before.approval !== "auto") counted.approvals_before += 1;
    if (change === "same" || examples[change].length >= MAX_EXAMPLES) return;
    examples[change].push({
      signal_id: signal.signal_id,
      subject: signal.subject,
      subject_name: signal.deal_context?.name ?? signal.account_context?.name ?? null,
      fired_at: signal.fired_at,
      rule_id: action.rule_id,
      type: action.type,
      target: action.target,
      owner: rep === NOBODY ? null : rep,
      now: now === undefined ? null : inShort(now),
      before: before === undefined ? null : inShort(before),
    });
  };

  return {
    unreadable(): void {
      counted.unreadable += 1;
    },
    failures(found: readonly Failure[]): void {
      for (const { rule_id, reason } of found) {
        const known = failures.get(rule_id);
        if (known === undefined) failures.set(rule_id, { rule_id, count: 1, reason: reason.slice(0, MAX_TEXT) });
        else known.count += 1;
      }
    },
    compare(signal: SignalEnriched, before: Replayed | null, now: Replayed): void {
      counted.signals += 1;
      counted.folded += now.folded;
      const earlier = new Map(before?.actions.map((action) => [action.action_id, action]));
      for (const action of now.actions) {
        const was = earlier.get(action.action_id);
        earlier.delete(action.action_id);
        const change = was === undefined ? "added" : isSame(was, action) ? "same" : "changed";
        count(signal, change, was, action);
      }
      for (const was of earlier.values()) count(signal, "removed", was, undefined);
    },
    summary(): BacktestSummary {
      return {
        active,
        candidate,
        ...counted,
        totals,
        rules: Object.fromEntries(rules),
        reps: Object.fromEntries(reps),
        failures: [...failures.values()],
        examples,
      };
    },
  };
}

function nothing(): Difference {
  return { added: 0, removed: 0, changed: 0, same: 0, approvals: 0 };
}

function of(counts: Map<string, Difference>, name: string): Difference {
  const known = counts.get(name) ?? nothing();
  counts.set(name, known);
  return known;
}

/** What runs, and on whose say and when, is the same. */
function isSame(a: Action, b: Action): boolean {
  const terms = ({ content_hash, approval, hours, still_valid, cool_down_seconds }: Action) =>
    JSON.stringify([content_hash, approval, hours, still_valid, cool_down_seconds]);
  return terms(a) === terms(b);
}

function inShort(action: Action): string {
  return `${whatItSays(action)} (${approvalInShort(action)})`.slice(0, MAX_TEXT);
}

const AT_THE_END = { execute: "then it runs", expire: "then it expires", wait: "then it goes on waiting" } as const;

function approvalInShort({ approval }: Action): string {
  if (approval === "auto") return "at once";
  return `waits ${inWords(approval.ttl_seconds)} for a person, ${AT_THE_END[approval.on_timeout]}`;
}

/** `4 h`: in the largest unit that says it exactly. */
function inWords(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const;
  const [unit, length] = units.find((each) => seconds % each[1] === 0) ?? ["s", 1];
  return `${seconds / length} ${unit}`;
}

function whatItSays(action: Action): string {
  switch (action.type) {
    case "draft_followup":
    case "create_task":
      return action.params.subject;
    case "send_alert":
      return action.params.text;
    case "update_crm":
      return `${action.params.property} = ${action.params.value ?? "nothing"}`;
    case "enroll_sequence":
      return `sequence ${action.params.sequence_id}`;
  }
}
