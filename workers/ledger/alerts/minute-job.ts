// The job of every minute: pokes what is overdue, reads how things are, and tells what began and what is over. Rules: one
// part that fails does not keep the others from running; that it ran is noted last, with what it measured.

import type { ParsedSettings } from "#contract/alert-settings.ts";
import type { Envelope } from "#contract/envelope.ts";
import { alertPlan } from "#runtime/alert-plan.ts";
import type { Log } from "#runtime/log.ts";
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import { type AlertRow, changes, isToTell, toldRow } from "./changes.ts";
import { evaluate } from "./evaluate.ts";
import type { JobReading, Readings } from "./readings.ts";

export type MinuteJobDeps = EnvelopePorts & {
  /** Subjects with an approval past its deadline by so many seconds, at most a few hundred. */
  overdueSubjects(seconds: number): Promise<readonly string[]>;
  poke(subject: string): Promise<void>;
  read(overdue: number): Promise<Readings>;
  alerts(): Promise<readonly AlertRow[]>;
  keepAlerts(rows: readonly AlertRow[]): Promise<unknown>;
  /** Keeps that it ran together with what it measured, as it is and as series. */
  noteRun(run: Omit<JobReading, "job"> & { measured: (Readings & { objective: number }) | null }): Promise<unknown>;
  /** Deletes counters that are too old to be shown, letters long settled, and of whom nothing can be under way any more. */
  forgetOld(): Promise<unknown>;
  publish: Publish;
  log: Log;
};

export async function runMinuteJob(
  { settings, wrong }: ParsedSettings,
  origin: string,
  deps: MinuteJobDeps,
): Promise<void> {
  const ran_at = new Date(deps.now()).toISOString();
  const failures: string[] = wrong === null ? [] : [`the variable ALERTS can't be used, ${wrong}`];
  const attempt = async <Result>(what: string, part: () => Promise<Result>): Promise<Result | null> => {
    try {
      return await part();
    } catch (error) {
      failures.push(`${what}: ${String(error)}`);
      deps.log("error", "job_part_failed", { job: "minute", part: what, reason: String(error) });
      return null;
    }
  };

  const overdue = await attempt("watchdog", () => watch(settings.overdue_seconds, deps));
  const readings = await attempt("readings", () => deps.read(overdue ?? 0));
  if (readings !== null) await attempt("alerts", () => tell(readings, settings, origin, deps));
  await attempt("clearing", deps.forgetOld);
  const outcome = failures.length === 0 ? "ok" : failures.join("; ").slice(0, 500);
  const measured = readings && { ...readings, objective: settings.objective };
  await deps.noteRun({ ran_at, outcome, measured });
}

/** An alarm can be lost on the platform; poking an object that is not overdue does nothing. */
async function watch(seconds: number, deps: MinuteJobDeps): Promise<number> {
  const subjects = await deps.overdueSubjects(seconds);
  const poked = await Promise.allSettled(subjects.map((subject) => deps.poke(subject)));
  const failed = poked.filter(({ status }) => status === "rejected").length;
  if (subjects.length > 0) deps.log("warn", "overdue_poked", { count: subjects.length, failed });
  return subjects.length;
}

async function tell(
  readings: Readings,
  settings: ParsedSettings["settings"],
  origin: string,
  deps: MinuteJobDeps,
): Promise<void> {
  const now = deps.now();
  const firing = evaluate(readings, settings, now);
  const at = new Date(now).toISOString();
  const rows = changes(firing, await deps.alerts(), at);
  if (rows.length === 0) return;
  await deps.keepAlerts(rows);
  const untold = rows.filter((row) => isToTell(row, at));
  const plans = await Promise.all(untold.map((row) => alertPlan(row, settings, origin, deps)));
  const publishAll = async (queue: "audit" | "plans", envelopes: readonly Envelope[]) =>
    envelopes.length === 0 ? undefined : deps.publish(queue, envelopes);
  await publishAll(
    "audit",
    plans.map(({ opening }) => opening),
  );
  await publishAll(
    "plans",
    plans.map(({ plan }) => plan),
  );
  await deps.keepAlerts(untold.map(toldRow));
  for (const { alert, state } of untold.map(toldRow)) deps.log("warn", "alert_told", { alert, state });
}
