// The kinds of alerts, as data: what each means, what to do about it, and the page that shows it. An alert is named
// `kind:cause`, or by its kind alone. `ledger` raises them, `console` explains them.

type AlertKind = { page: string; means: string; todo: string };

export const ALERT_KINDS = {
  dead_letters: {
    page: "/dead-letters",
    means: "Events of one cause could not be processed, and wait whole.",
    todo: "Open the issue, mend the cause, then preview and replay. Nothing that was done is done twice.",
  },
  lag: {
    page: "/metrics#queues",
    means: "A queue is not emptied as fast as it fills.",
    todo: "Look for an outside system that is slow or held back; a backlog drains by itself once that is over.",
  },
  burn_rate: {
    page: "/metrics#service",
    means: "So many signals miss their fifteen minutes that the error budget of a month would be gone in days.",
    todo: "Look at the times by stage and at the queues: the slow stage is the cause.",
  },
  breaker: {
    page: "/metrics#systems",
    means:
      "An outside system failed so often that calls to it are held back; one is let through to try every few minutes.",
    todo: "Wait; look at the status page of the system. Replay what gave up when the breaker is closed.",
  },
  credentials: {
    page: "/dead-letters",
    means: "An outside system refuses our secret.",
    todo: "Put a working secret in place, then replay the dead letters that name it.",
  },
  budget: {
    page: "/metrics#model",
    means: "The language model has used most of its money for today; without any left, rules decide alone.",
    todo: "Raise LLM_DAILY_BUDGET_USD, or wait: it starts anew at midnight UTC.",
  },
  overdue: {
    page: "/metrics#approvals",
    means: "An approval is past its deadline and its Deal object did not wake up.",
    todo: "Nothing at first: it is poked each minute. If it stays, look for overdue_poked in the logs.",
  },
  conservation: {
    page: "/metrics#conservation",
    means: "Signals received and the sum of their fates differ, so steps of the trail are missing.",
    todo: "Look for dead letters of the queue audit, and replay them.",
  },
  stuck: {
    page: "/signals?fate=in_progress",
    means: "Signals came to no fate for over an hour.",
    todo: "Open one: the last step of its trail says what it waits for. A system that is held back explains most.",
  },
  quiet: {
    page: "/signals",
    means: "A source that usually sends every hour sends nothing.",
    todo: "Look at its webhook subscription, and whether its hook answers 401: a secret that was changed on one side.",
  },
  job: {
    page: "/metrics#jobs",
    means: "A scheduled job failed or did not run.",
    todo: "Look at the cron events of its Worker, and at what it says under Jobs.",
  },
  left_by_hand: {
    page: "/approvals",
    means: "An effect could not be taken back.",
    todo: "Do what the alert says, by hand.",
  },
} as const satisfies Record<string, AlertKind>;

export type AlertKindName = keyof typeof ALERT_KINDS;

/** Of an alert's name; null when this code knows no such kind. */
export function alertKind(alert: string): AlertKindName | null {
  const kind = alert.split(":", 1)[0] ?? "";
  return isKind(kind) ? kind : null;
}

function isKind(name: string): name is AlertKindName {
  return Object.hasOwn(ALERT_KINDS, name);
}
