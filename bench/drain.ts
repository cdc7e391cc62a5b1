// How many signals a second go through all four queues to their effect, beside a bare relay of four consumers that only
// parses and passes on. Rule: the same batch settings and the same number of events, in rounds that take turns.
import { resolve } from "node:path";
import { createTestHarness } from "wrangler";
import type { Bench, Report, Scale } from "./bench.ts";
import { CountedPipeline } from "./count/counted-pipeline.ts";
import { latencies, newDeals, send } from "./effects.ts";
import { median, spread } from "./rounds.ts";

const SIZES = {
  quick: { signals: 100, rounds: 1 },
  usual: { signals: 200, rounds: 3 },
  full: { signals: 2_000, rounds: 5 },
};

export const drain: Bench = {
  name: "drain",
  measures: "signals a second through all four queues to an effect in the CRM",
  against: "a bare relay of four consumers that passes the same events on",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const { signals, rounds } = SIZES[scale];
  const pipeline = new CountedPipeline({ waiting: true });
  const relay = createTestHarness({ workers: [{ configPath: resolve("bench/relay/wrangler.toml") }] });
  await Promise.all([pipeline.start(), relay.listen()]);
  try {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const deals = await newDeals(pipeline, signals);
      const times = await latencies(pipeline, await send(pipeline, deals), 240_000);
      const answer = await relay.fetch(`http://relay.test/?events=${signals}`);
      const bareMs = Number(await answer.text());
      // The first round warms up.
      if (round < 0) continue;
      ours.push(signals / (Math.max(...times) / 1_000));
      bare.push(signals / (bareMs / 1_000));
    }
    return {
      rows: [
        ["", "signals a second", "to the relay"],
        ["bare relay", spread(bare), "1.00 ×"],
        ["pipeline", spread(ours), `${(median(ours) / median(bare)).toFixed(2)} ×`],
      ],
      notes: [
        `${signals} signals a round, ${rounds} rounds, webhooks of 100. Each signal makes the pipeline read the deal and its ` +
          "surroundings, evaluate sixteen rules, write the Deal object three times, create a task and write its trail; the " +
          "relay does none of it, and the seconds of batch timeouts are in both.",
      ],
    };
  } finally {
    await Promise.all([pipeline.stop(), relay.close()]);
  }
}
