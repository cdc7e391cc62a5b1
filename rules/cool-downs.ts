// The cool-down of the Deal object, as far as a backtest needs it: an action soon after one of the same rule, type and
// subject folds into that one. Rule: remembers a bounded number of actions, the oldest is forgotten first.
import type { Action } from "#contract/action.ts";

const REMEMBERED = 50_000;

/** For signals in about the order in which they happened: one that comes late folds into a later one just as well. */
export function createCoolDowns() {
  /** When (milliseconds since 1970) each kind of action on a subject last began to cool down. */
  const began = new Map<string, number>();
  return {
    /** True when the action would fold; otherwise its own cool-down begins. `firedAt` is an instant. */
    folds({ rule_id, type, cool_down_seconds }: Action, subject: string, firedAt: string): boolean {
      if (cool_down_seconds === 0) return false;
      const key = `${rule_id} ${type} ${subject}`;
      const at = Date.parse(firedAt);
      const last = began.get(key) ?? Number.NEGATIVE_INFINITY;
      if (Math.abs(at - last) < cool_down_seconds * 1_000) return true;
      began.delete(key);
      began.set(key, Math.max(at, last));
      const [oldest] = began.keys();
      if (began.size > REMEMBERED && oldest !== undefined) began.delete(oldest);
      return false;
    },
  };
}
