// What a few signals cost in operations, one scenario after another on fresh deals: the figures that a change may not make
// worse unseen. Rule: each scenario is over when its signals have met their fate, so that the same code counts the same.
import { dealChange, putDeal } from "../tests/support/deals.ts";
import type { Bench, Report } from "./bench.ts";
import { CountedPipeline } from "./count/counted-pipeline.ts";
import type { Counts } from "./count/meter.ts";

export type Scenarios = Record<string, Counts>;

/**
 * Times, rows read, how often a last batch is cut and permits are asked for vary from run to run; so does what the ledger
 * writes for each batch: `trail` counts that.
 */
const STEADY =
  /^queue .+ chunks$|^(?!ledger).+rows written$|^(?!ledger|desk).+ requests$|^object (?!Upstream)\w+\.\w+$|^r2 /;

const active = () => ({ notes_last_updated: new Date().toISOString() });

/** Events of one webhook: `tasks` lead to a task, `mails` to a mail that waits for a person, the rest to nothing. */
const SCENARIOS: readonly { name: string; events: number; tasks: number; mails: number }[] = [
  { name: "a signal without an action", events: 1, tasks: 0, mails: 0 },
  { name: "a signal with a task", events: 1, tasks: 1, mails: 0 },
  { name: "a hundred signals in one webhook, ten tasks, ten approvals", events: 100, tasks: 10, mails: 10 },
];

/** An object that is new creates its tables; the first signal of all warms what isolates keep. */
const WARM_UP = { name: "warm-up", events: 3, tasks: 1, mails: 1 };

export const counts: Bench = {
  name: "counts",
  measures: "billed operations of a few signals",
  against: "the figures in bench/counts.json, by `--check`",
  run: async (): Promise<Report> => {
    const scenarios = await countScenarios();
    const names = Object.keys(scenarios);
    const keys = [...new Set(Object.values(scenarios).flatMap((each) => Object.keys(each)))].sort();
    return {
      rows: [
        ["operation", ...names],
        ...keys.map((key) => [key, ...names.map((name) => `${scenarios[name]?.[key] ?? 0}`)]),
      ],
      notes: ["Each deal is new, so that its object's first use is in these figures."],
    };
  },
};

export async function countScenarios(): Promise<Scenarios> {
  const pipeline = new CountedPipeline({ waiting: false });
  await pipeline.start();
  try {
    const counted: Scenarios = {};
    let signals = 0;
    let nextDeal = 810_000;
    for (const { name, events, tasks, mails } of [WARM_UP, ...SCENARIOS]) {
      const kindOf = (n: number) => (n < tasks ? "task" : n < tasks + mails ? "mail" : "none");
      const ids = Array.from({ length: events }, () => ++nextDeal);
      await Promise.all(ids.map((id, n) => putDeal(pipeline, String(id), kindOf(n) === "mail" ? {} : active())));
      signals += events;
      const all = await pipeline.counting(async () => {
        const changes = ids.map((id, n) =>
          kindOf(n) === "task" ? dealChange(id, "competitors", "Globex") : dealChange(id, "description", "changed"),
        );
        const answer = await pipeline.hubspot(changes);
        if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
        await pipeline.settle(signals, 60_000);
      }, 500);
      counted[name] = Object.fromEntries(
        Object.entries(all)
          .filter(([key]) => STEADY.test(key))
          .sort(),
      );
    }
    delete counted[WARM_UP.name];
    return counted;
  } finally {
    await pipeline.stop();
  }
}
