// What the deployment measured itself in the last minute: its job, its queues, the outside systems with their breakers and
// credentials, and what is alerted. Rule: it is read, not measured again; the thresholds are those of docs/operating.md.
import * as z from "zod";
import { type Ask, whyNot } from "./ask.ts";
import { type Finding, findingsOf } from "./finding.ts";

const Metrics = z.object({
  job: z
    .object({
      ran_at: z.string(),
      outcome: z.string(),
      measured: z
        .object({
          queues: z
            .array(z.object({ queue: z.string(), messages: z.number(), oldest_at: z.string().nullable() }))
            .nullable(),
          overdue: z.number(),
          upstreams: z.array(
            z.object({
              system: z.string(),
              breaker: z.object({ state: z.string() }),
              credentials: z.object({ state: z.string() }),
            }),
          ),
          conservation: z.object({ difference: z.number() }),
        })
        .nullable(),
    })
    .nullable(),
});
type Measured = NonNullable<NonNullable<z.infer<typeof Metrics>["job"]>["measured"]>;
const Alerts = z.object({ alerts: z.array(z.object({ alert: z.string(), state: z.string(), summary: z.string() })) });

const LATE_JOB_MS = 5 * 60_000;
const LAG_MS = 15 * 60_000;
const HOW = "See docs/operating.md, ten things that go wrong.";

export async function checkRunning(ask: Ask, nowMs: number): Promise<Finding[]> {
  const report = findingsOf("running");
  const answer = await ask("/api/metrics?window=hour");
  const metrics = answer.kind === "answer" && answer.status === 200 ? Metrics.safeParse(answer.json) : null;
  if (metrics?.success !== true) {
    const { what, todo } = whyNot(answer);
    return [report("failure", "metrics", what, todo)];
  }
  const { job } = metrics.data;
  const alerts = await firing(ask);
  if (job === null) {
    const todo =
      "Give it a minute; then check the cron trigger of the ledger: npm run deploy -- ledger. On your own machine cron " +
      "does not run: curl -X POST localhost:8787/sandbox/jobs.";
    return [report("warning", "job", "the job of every minute has not run yet", todo), ...alerts];
  }
  const late = nowMs - Date.parse(job.ran_at);
  const isRight = late < LATE_JOB_MS && job.outcome === "ok";
  const ran = `ran ${Math.round(late / 1_000)} s ago, ${job.outcome}`;
  const todo = `Look for "job" in the ledger's log (wrangler tail), and check its cron trigger.`;
  return [
    isRight ? report("ok", "job", ran) : report("warning", "job", ran, todo),
    ...(job.measured === null ? [] : judge(job.measured, Date.parse(job.ran_at))),
    ...alerts,
  ];
}

function judge({ queues, overdue, upstreams, conservation }: Measured, measuredMs: number): Finding[] {
  const report = findingsOf("running");
  const systems = findingsOf("systems in use");
  const lagging = (queues ?? []).filter(
    ({ oldest_at: oldest }) => oldest !== null && measuredMs - Date.parse(oldest) > LAG_MS,
  );
  return [
    ...lagging.map(({ queue, messages, oldest_at: oldest }) =>
      report(
        "failure",
        `queue ${queue}`,
        `${messages} messages, the oldest from ${oldest}`,
        `Does its consumer run? ${HOW}`,
      ),
    ),
    ...(queues !== null && lagging.length === 0 ? [report("ok", "queues", "none lags")] : []),
    ...(overdue > 0 ? [report("warning", "approvals", `${overdue} are overdue`, HOW)] : []),
    ...(conservation.difference !== 0
      ? [report("warning", "fates", `${conservation.difference} signals have no fate, or two`, HOW)]
      : []),
    ...upstreams.map(({ system, breaker, credentials }) => {
      if (credentials.state === "refused") {
        const todo = "Put its secret anew (docs/configuration.md), then replay what waits under /dead-letters.";
        return systems("failure", system, "it refuses the deployed credentials", todo);
      }
      const known = credentials.state === "accepted" ? "accepts the deployed credentials" : "has not been called yet";
      if (breaker.state === "closed") return systems("ok", system, known);
      return systems("warning", system, `its breaker is ${breaker.state}`, "Wait; signals arrive later by themselves.");
    }),
  ];
}

async function firing(ask: Ask): Promise<Finding[]> {
  const answer = await ask("/api/alerts");
  const parsed = answer.kind === "answer" ? Alerts.safeParse(answer.json) : null;
  if (parsed?.success !== true) return [];
  const report = findingsOf("alerts");
  return parsed.data.alerts
    .filter(({ state }) => state.startsWith("firing"))
    .map(({ alert, summary }) => report("warning", alert, summary, HOW));
}
