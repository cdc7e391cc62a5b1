// What is wrong now. Pure. Rule: an alert is named by its cause, so that one cause is one alert however often it is seen,
// and each says in one sentence what is wrong and links the page that shows it, by its kind unless it has one of its own.

import type { AlertSettings } from "#contract/alert-settings.ts";
import { ALERT_KINDS, type AlertKindName } from "#contract/alerts.ts";
import { isJob, JOBS, lateAfterMinutes } from "#contract/jobs.ts";
import { ageSeconds } from "../metrics/measured-series.ts";
import type { Readings } from "./readings.ts";
import { burnRate, quietSources } from "./windows.ts";

export type Alert = { alert: string; summary: string; link: string };

/** More issues than this are one alert together, so that a bad hour is not a hundred messages. */
const MAX_ISSUE_ALERTS = 10;
const FAST_MINUTES = 5;

function alertOf(kind: AlertKindName, cause: string | null, summary: string, link?: string): Alert {
  return {
    alert: cause === null ? kind : `${kind}:${cause}`,
    summary,
    link: link ?? ALERT_KINDS[kind].page,
  };
}

/** `now` in milliseconds. */
export function evaluate(readings: Readings, settings: AlertSettings, now: number): Alert[] {
  return [
    ...ofIssues(readings),
    ...ofQueues(readings, settings, now),
    ...ofUpstreams(readings),
    ...ofService(readings, settings, now),
    ...ofJobs(readings, settings, now),
  ];
}

function ofIssues({ issues }: Readings): Alert[] {
  const alerts = issues.slice(0, MAX_ISSUE_ALERTS).map(({ fingerprint, stage, reason, letters }) => {
    const count = counted(letters, "dead letter is", "dead letters are");
    const summary = `${count} of one cause, in ${stage}: ${reason.slice(0, 300)}`;
    return alertOf("dead_letters", fingerprint, summary, `/dead-letters/issues/${fingerprint}`);
  });
  const more = issues.length - alerts.length;
  if (more <= 0) return alerts;
  return [...alerts, alertOf("dead_letters", "more", `${counted(more, "more cause", "more causes")} of dead letters.`)];
}

function ofQueues({ queues }: Readings, { lag_seconds }: AlertSettings, now: number): Alert[] {
  return (queues ?? []).flatMap(({ queue, messages, oldest_at }) => {
    const lag = ageSeconds(oldest_at, now);
    if (lag <= lag_seconds) return [];
    const oldest = `has waited for ${Math.round(lag / 60)} min`;
    return alertOf("lag", queue, `The oldest of ${counted(messages, "message", "messages")} on ${queue} ${oldest}.`);
  });
}

function ofUpstreams({ upstreams, budget }: Readings): Alert[] {
  const alerts = upstreams.flatMap(({ system, breaker, credentials }) => {
    const held = `Calls to ${system} are held back: it failed ${counted(breaker.failures_in_a_row, "time", "times")} in a row.`;
    const refused = `${system} refuses our credentials. Set a working secret, then replay its dead letters.`;
    return [
      ...(breaker.state === "closed" ? [] : [alertOf("breaker", system, held)]),
      ...(credentials.state === "refused" ? [alertOf("credentials", system, refused)] : []),
    ];
  });
  return [...alerts, ...ofBudget(budget)];
}

/** What is used up is also nearly so, or else somebody would read that 80 % are over. */
function ofBudget(budget: Readings["budget"]): Alert[] {
  if (budget === null || budget.level === "ok") return [];
  const near = alertOf("budget", "near", "The day's budget of the model is used to 80 %.");
  if (budget.level === "near") return [near];
  const words = "The day's budget of the model is used up; rules decide alone until midnight UTC.";
  return [near, alertOf("budget", "exhausted", words)];
}

function ofService(readings: Readings, settings: AlertSettings, now: number): Alert[] {
  const { overdue, conservation, stuck, minutes, hours } = readings;
  const late = `${counted(overdue, "approval is", "approvals are")} past the deadline; the watchdog pokes them each minute.`;
  const off = `Signals received and the sum of their fates differ by ${conservation.difference}.`;
  const offMs = conservation.off_since === null ? 0 : now - Date.parse(conservation.off_since);
  const isOff = conservation.difference !== 0 && offMs > settings.conservation_minutes * 60_000;
  const lost = `${counted(stuck.length, "signal has", "signals have")} had no fate for over an hour.`;
  const slow = burnRate(minutes, settings.objective);
  const fast = burnRate(minutes.slice(-FAST_MINUTES), settings.objective);
  const missed = `Signals miss their fifteen minutes ${slow.toFixed(1)} times as often as the objective allows.`;
  const quiet = (source: string) =>
    `${source} usually sends every hour and sent nothing for ${counted(settings.quiet_hours, "hour", "hours")}.`;
  return [
    ...(overdue > 0 ? [alertOf("overdue", null, late)] : []),
    ...(isOff ? [alertOf("conservation", null, off)] : []),
    ...(stuck.length > 0 ? [alertOf("stuck", null, lost)] : []),
    ...(slow >= settings.burn_rate && fast >= settings.burn_rate ? [alertOf("burn_rate", null, missed)] : []),
    ...quietSources(hours, settings, now).map((source) =>
      alertOf("quiet", source, quiet(source), `/signals?source=${encodeURIComponent(source)}`),
    ),
  ];
}

function ofJobs({ jobs, queues }: Readings, { late_job_minutes }: AlertSettings, now: number): Alert[] {
  const alerts = jobs.flatMap(({ job, ran_at, outcome }) => {
    if (!isJob(job)) return [];
    const late = now - Date.parse(ran_at) > lateAfterMinutes(job, late_job_minutes) * 60_000;
    const { worker, does } = JOBS[job];
    if (late) return alertOf("job", job, `The job ${job} of ${worker}, which ${does}, did not run since ${ran_at}.`);
    return outcome === "ok" ? [] : alertOf("job", job, `The job ${job} of ${worker} failed: ${outcome}`);
  });
  return queues === null
    ? [...alerts, alertOf("job", "queues", "The queues can't be asked how deep they are.")]
    : alerts;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
