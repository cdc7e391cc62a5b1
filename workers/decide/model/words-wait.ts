// Mails that hold the model's words. Rule: nothing of the model's goes out that nobody read: what its rule lets run by
// itself waits for a person, and expires where it would have run.
import type { Approval } from "#contract/action.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";

/** `worded` are the ids of the actions that the model wrote. */
export function letWordsWait(plan: PlanDecided, worded: ReadonlySet<string>, defaultTtlSeconds: number): PlanDecided {
  const actions = plan.actions.map((action) =>
    worded.has(action.action_id) ? { ...action, approval: waiting(action.approval, defaultTtlSeconds) } : action,
  );
  return { ...plan, actions };
}

function waiting(approval: Approval, ttlSeconds: number): Approval {
  if (approval === "auto") return { ttl_seconds: ttlSeconds, on_timeout: "expire", escalate_before_seconds: 0 };
  return approval.on_timeout === "execute" ? { ...approval, on_timeout: "expire" } : approval;
}
