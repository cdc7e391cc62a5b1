// The cool-down of the Deal object, as far as a backtest needs it: an action soon after one of the same rule, type and
// subject folds into that one. Rule: remembers a bounded number of actions, the oldest is forgotten first.
import type { Action } from "#contract/action.ts";

const REMEMBERED = 50_000;

/** For signals in the order in which they happened. */
export function createCoolDowns() {
  /** Until when (milliseconds since 1970) each kind of action on a subject cools down. */
  const until = new Map<string, number>();
  return {
    /** True when the action would fold; otherwise its own cool-down begins. `firedAt` is an instant. */
    folds({ rule_id, type, cool_down_seconds }: Action, subject: string, firedAt: string): boolean {
      if (cool_down_seconds === 0) return false;
      const key = `${rule_id} ${type} ${subject}`;
      const at = Date.parse(firedAt);
      const earlier = until.get(key);
      if (earlier !== undefined && at < earlier) return true;
      until.delete(key);
      until.set(key, at + cool_down_seconds * 1_000);
      const [oldest] = until.keys();
      if (until.size > REMEMBERED && oldest !== undefined) until.delete(oldest);
      return false;
    },
  };
}
