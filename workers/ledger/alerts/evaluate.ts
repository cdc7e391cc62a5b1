// What is wrong now. Pure. Rule: an alert is named by its cause, so that one cause is one alert however often it is seen,
// and each says in one sentence what is wrong and links the page that explains it.
import type { Readings } from "./readings.ts";
import type { AlertSettings } from "./settings.ts";
import { burnRate, quietSources } from "./windows.ts";

export type Alert = { alert: string; summary: string; link: string };

/** More issues than this are one alert together, so that a bad hour is not a hundred messages. */
const MAX_ISSUE_ALERTS = 10;
const FAST_MINUTES = 5;
const GUIDE = "/metrics";

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
  const alerts = issues.slice(0, MAX_ISSUE_ALERTS).map(({ fingerprint, stage, reason, letters }) => ({
    alert: `dead_letters:${fingerprint}`,
    summary: `${letters} ${letters === 1 ? "dead letter" : "dead letters"} of one cause in ${stage}: ${reason.slice(0, 300)}`,
    link: `/dead-letters/issues/${fingerprint}`,
  }));
  const more = issues.length - alerts.length;
  if (more <= 0) return alerts;
  return [
    ...alerts,
    { alert: "dead_letters:more", summary: `${more} more causes of dead letters.`, link: "/dead-letters" },
  ];
}

function ofQueues({ queues }: Readings, { lag_seconds }: AlertSettings, now: number): Alert[] {
  return (queues ?? []).flatMap(({ queue, messages, oldest_at }) => {
    const lag = oldest_at === null ? 0 : (now - Date.parse(oldest_at)) / 1_000;
    if (lag <= lag_seconds) return [];
    const summary = `The oldest of ${messages} messages on ${queue} waits for ${Math.round(lag / 60)} min.`;
    return { alert: `lag:${queue}`, summary, link: "/metrics" };
  });
}

function ofUpstreams({ upstreams, budget }: Readings): Alert[] {
  const alerts = upstreams.flatMap(({ system, breaker, credentials }) => {
    const found: Alert[] = [];
    if (breaker.state !== "closed")
      found.push({
        alert: `breaker:${system}`,
        summary: `Calls to ${system} are held back: it failed ${breaker.failures_in_a_row} times in a row.`,
        link: "/metrics",
      });
    if (credentials.state === "refused")
      found.push({
        alert: `credentials:${system}`,
        summary: `${system} refuses our credentials. Set a working secret, then replay its dead letters.`,
        link: "/dead-letters",
      });
    return found;
  });
  return [...alerts, ...ofBudget(budget)];
}

/** What is used up is also nearly so, or else somebody would read that 80 % are over. */
function ofBudget(budget: Readings["budget"]): Alert[] {
  if (budget === null || budget.level === "ok") return [];
  const of = (level: string, words: string) => {
    return { alert: `budget:${level}`, summary: `The day's budget of the model ${words}.`, link: GUIDE };
  };
  const near = of("near", "is used to 80 %");
  return budget.level === "near"
    ? [near]
    : [near, of("exhausted", "is used up; rules decide alone until midnight UTC")];
}

function ofService(readings: Readings, settings: AlertSettings, now: number): Alert[] {
  const alerts: Alert[] = [];
  const { overdue, conservation, minutes, hours } = readings;
  if (overdue > 0)
    alerts.push({
      alert: "overdue",
      summary: `${overdue} ${overdue === 1 ? "approval is" : "approvals are"} past the deadline; the watchdog pokes them each minute.`,
      link: "/metrics",
    });
  const offMs = conservation.off_since === null ? 0 : now - Date.parse(conservation.off_since);
  if (conservation.difference !== 0 && offMs > settings.conservation_minutes * 60_000)
    alerts.push({
      alert: "conservation",
      summary: `Signals received and the sum of their fates differ by ${conservation.difference}.`,
      link: "/metrics",
    });
  const slow = burnRate(minutes, settings.objective);
  const fast = burnRate(minutes.slice(-FAST_MINUTES), settings.objective);
  if (slow >= settings.burn_rate && fast >= settings.burn_rate)
    alerts.push({
      alert: "burn_rate",
      summary: `Signals miss their fifteen minutes ${slow.toFixed(1)} times as often as the objective allows.`,
      link: "/metrics",
    });
  for (const source of quietSources(hours, settings, now))
    alerts.push({
      alert: `quiet:${source}`,
      summary: `${source} usually sends every hour and sent nothing for ${settings.quiet_hours} hours.`,
      link: "/signals",
    });
  return alerts;
}

function ofJobs({ jobs, queues }: Readings, { late_job_minutes }: AlertSettings, now: number): Alert[] {
  const alerts = jobs.flatMap(({ job, ran_at, outcome }) => {
    const lateMs = now - Date.parse(ran_at);
    if (job === "minute" && lateMs > late_job_minutes * 60_000)
      return { alert: `job:${job}`, summary: `The job of every minute did not run from ${ran_at} on.`, link: GUIDE };
    if (outcome !== "ok") return { alert: `job:${job}`, summary: `The job ${job} failed: ${outcome}`, link: GUIDE };
    return [];
  });
  if (queues !== null) return alerts;
  return [...alerts, { alert: "job:queues", summary: "The queues can't be asked how deep they are.", link: GUIDE }];
}
