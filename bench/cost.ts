// What a million signals cost: operations counted from the running Workers over a realistic day, priced by the published
// list prices, at two paces. Rule: counted, not estimated; only CPU is an upper bound, as one process runs everything.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { CountedPipeline } from "./count/counted-pipeline.ts";
import type { Counts } from "./count/meter.ts";
import { type PriceLine, priced, total } from "./count/prices.ts";
import { dayOf } from "./day.ts";
import { cpuMs, workerds } from "./workerd.ts";

const TARGET_DOLLARS = 5;
/** A million signals on a working day of eight hours, and a tenth of them. */
const PACES = [
  { name: "a million a day", perSecond: 35 },
  { name: "100,000 a day", perSecond: 3.5 },
] as const;
/** A machine that is slower than the pace works off what piled up. */
const SETTLE_MS = 300_000;
/** Each look takes CPU of the process whose CPU is measured. */
const LOOK_MS = 1_000;
const MILLION = 1_000_000;
const SECONDS = { quick: 10, usual: 20, full: 600 };
/** Instead of four hours: longer than the day takes, so that people decide first, and short enough to be waited for. */
const ttlSeconds = (scale: Scale) => SECONDS[scale] * 1.5 + 40;

type Measured = { name: string; signals: number; lines: PriceLine[]; counts: Counts };

export const cost: Bench = {
  name: "cost",
  measures: "dollars for a million signals, counted over a realistic day and priced",
  against: "one message of 60 KB a hop, one row a signal, and the target of $5",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const vars = { APPROVAL_TTL_SECONDS: String(ttlSeconds(scale)) };
  const pipeline = new CountedPipeline({ waiting: true, vars });
  await pipeline.start();
  try {
    const measured: Measured[] = [];
    for (const { name, perSecond } of PACES) {
      measured.push(await measure(pipeline, name, Math.max(100, perSecond * SECONDS[scale]), perSecond));
    }
    return reportOf(measured);
  } finally {
    await pipeline.stop();
  }
}

async function measure(pipeline: CountedPipeline, name: string, wanted: number, perSecond: number): Promise<Measured> {
  await pipeline.reset();
  // Workers that run all day are warm, deals that act have acted before, and what this takes is not counted.
  const yesterday = await dayOf(pipeline, wanted, "before");
  await pipeline.counting(async () => {
    for (const request of yesterday.requests) await request();
    await ended(pipeline, yesterday.signals);
  });
  const day = await dayOf(pipeline, wanted, "today");
  await pipeline.faults({ hubspot: { status: 503, rate: 0.01 } });
  const pids = workerds();
  const idle = await idleCpu(pipeline, pids);
  const [startedAt, cpuBefore] = [performance.now(), cpuMs(pids)];
  const counts = await pipeline.counting(async () => {
    const signalsARequest = day.signals / day.requests.length;
    const startedAt = performance.now();
    const answers = day.requests.map(async (request, n) => {
      const dueAt = startedAt + ((n * signalsARequest) / perSecond) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
      const answer = await request();
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    });
    await Promise.all(answers);
    await pipeline.settle(yesterday.signals + day.signals, SETTLE_MS);
    await approveHalf(await waiting(pipeline), pipeline);
    await ended(pipeline, yesterday.signals + day.signals);
  });
  const [row] = await pipeline.query("SELECT count(*) AS n FROM dead_letters");
  if (row?.n !== 0) throw new Error(`${row?.n} dead letters: nothing of this day should fail for good`);
  return {
    name,
    signals: day.signals,
    lines: priced(counts, cpuMs(pids) - cpuBefore - idle * (performance.now() - startedAt)),
    counts,
  };
}

/** Milliseconds of CPU a millisecond while nothing happens but that somebody looks whether it does. */
async function idleCpu(pipeline: CountedPipeline, pids: readonly string[]): Promise<number> {
  const [startedAt, before] = [performance.now(), cpuMs(pids)];
  await pipeline.counting(async () => {});
  return (cpuMs(pids) - before) / (performance.now() - startedAt);
}

/** Waits until all signals have met their fate and nothing waits for a person any more. */
async function ended(pipeline: CountedPipeline, signals: number): Promise<void> {
  await pipeline.settle(signals, SETTLE_MS);
  await pipeline.until(
    "all approvals to be decided or run by themselves",
    async () => {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const [row] = await pipeline.query("SELECT count(*) AS n FROM approvals WHERE state = 'pending'");
      return row?.n === 0;
    },
    SETTLE_MS,
  );
}

/** What waits for a person. */
async function waiting(pipeline: CountedPipeline): Promise<ActionSnapshot["action"][]> {
  const rows = await pipeline.query("SELECT snapshot FROM approvals WHERE state = 'pending' ORDER BY action_id");
  return rows.map(({ snapshot }) => {
    const { action }: ActionSnapshot = JSON.parse(String(snapshot));
    return action;
  });
}

/** Every other one; the rest run by themselves when their time is over. */
async function approveHalf(actions: readonly ActionSnapshot["action"][], pipeline: CountedPipeline): Promise<void> {
  for (const { action_id, content_hash } of actions.filter((_, n) => n % 2 === 0)) {
    const answer = await pipeline.post(`/api/approvals/${action_id}/approve`, { content_hash });
    if (!answer.ok) throw new Error(`approving: ${answer.status} ${await answer.text()}`);
  }
}

/** Full packs on each hop, one row for the signal, one for its trail, an object only for who has an action. */
function floorOf({ counts, signals }: Measured): number {
  const bytes = Object.entries(counts).reduce((sum, [key, n]) => (/^queue .+ bytes$/.test(key) ? sum + n : sum), 0);
  return (((bytes / 60_000) * 3 * 0.4) / MILLION + (2 * signals) / MILLION) * (MILLION / signals);
}

function reportOf(measured: readonly Measured[]): Report {
  const whats = measured[0]?.lines.map(({ what }) => what) ?? [];
  const lineOf = (each: Measured, what: string) => each.lines.find((line) => line.what === what);
  const perSignal = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  const rows = whats.map((what) => [
    what,
    ...measured.flatMap((each) => {
      const line = lineOf(each, what);
      const dollars = ((line?.dollars ?? 0) / each.signals) * MILLION;
      return [perSignal((line?.count ?? 0) / each.signals), `$${dollars.toFixed(2)}`];
    }),
  ]);
  const dollarsOf = (each: Measured) => (total(each.lines) / each.signals) * MILLION;
  return {
    rows: [
      ["a signal", ...measured.flatMap(({ name }) => [name, "a million"])],
      ...rows,
      ["**all**", ...measured.flatMap((each) => ["", `**$${dollarsOf(each).toFixed(2)}**`])],
      ["packed floor", ...measured.flatMap((each) => ["", `$${floorOf(each).toFixed(2)}`])],
    ],
    notes: [
      `Target: at most $${TARGET_DOLLARS} a million at list price, nothing of the plan's included amounts taken off; ` +
        measured.map((each) => `${each.name}: ${dollarsOf(each) <= TARGET_DOLLARS ? "met" : "missed"}`).join(", "),
      `Signals: ${measured.map(({ name, signals }) => `${signals} at ${name}`).join(", ")}; 60 % from HubSpot in batches ` +
        "of five, 28 % beacons, the rest single; 30 % with an action, 10 % for a person, half of which approved and half " +
        "run by themselves when their time is over (minutes instead of hours here); 1 % of the calls to HubSpot fail and " +
        "are tried again. Deals that act have acted on the day before, too. No language model, no storage.",
      "CPU is that of all of workerd, its queues, D1, R2 and the sandbox included, without what it takes while " +
        "nothing happens: an upper bound. The time of objects " +
        "is that of the calls as the caller sees it, likewise. The platform's own line for an invocation is taken as 1,000 bytes.",
      `Where the money goes: ${topOf(measured[0])}.`,
    ],
  };
}

function topOf(measured: Measured | undefined): string {
  const { counts, signals } = measured ?? { counts: {}, signals: 1 };
  return Object.entries(counts)
    .filter(([key]) => /chunks$|rows written$|requests$/.test(key))
    .sort(([, a], [, b]) => b - a)
    .slice(0, 12)
    .map(([key, n]) => `${key} ${(n / signals).toFixed(2)}`)
    .join(", ");
}
