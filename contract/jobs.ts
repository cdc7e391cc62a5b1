// The scheduled jobs, as data: who runs them, how often, and what is amiss when one did not. Each notes its runs in the
// table `jobs`; `ledger` watches all of them, and `console` watches the job of the ledger that does.

export const JOBS = {
  minute: { worker: "ledger", every_minutes: 1, does: "pokes what is overdue, measures and tells what is wrong" },
  hourly: {
    worker: "ledger",
    every_minutes: 60,
    does: "anchors the chain, rolls old signals off, looks for stuck ones",
  },
  replays: { worker: "console", every_minutes: 1, does: "takes up replays that were interrupted" },
  forget: { worker: "enrich", every_minutes: 1_440, does: "deletes what context had its time" },
} as const;

export type JobName = keyof typeof JOBS;

/** How late a job may be before that is an alert, in minutes: the given ones, or a tenth of its interval if that is more. */
export function lateAfterMinutes(job: JobName, lateMinutes: number): number {
  const { every_minutes } = JOBS[job];
  return every_minutes + Math.max(lateMinutes, every_minutes / 10);
}

export function isJob(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}
