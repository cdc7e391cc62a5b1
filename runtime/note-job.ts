// Runs a scheduled job and notes in D1 that it ran, and how it ended. Rule: a job that failed is noted as well, and never
// throws for it: the note is what raises the alert.
import type { JobName } from "#contract/jobs.ts";
import type { Log } from "./log.ts";

const NOTE = `INSERT INTO jobs (job, ran_at, outcome, measured) VALUES (?1, ?2, ?3, 'null')
  ON CONFLICT (job) DO UPDATE SET ran_at = ?2, outcome = ?3`;
const MAX_OUTCOME = 500;

export async function noteJob(
  job: JobName,
  db: D1Database,
  { now, log }: { now(): number; log: Log },
  work: () => Promise<unknown>,
): Promise<void> {
  const ranAt = new Date(now()).toISOString();
  let outcome = "ok";
  try {
    await work();
  } catch (error) {
    outcome = String(error).slice(0, MAX_OUTCOME);
    log("error", "job_failed", { job, reason: outcome });
  }
  await db.prepare(NOTE).bind(job, ranAt, outcome).run();
}
