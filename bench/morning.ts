// A morning on which all actions become due in the same second, against the limits of every system as they ship: how long
// until all are done, beside the time that the narrowest limit alone needs for its calls.
import { ACTIONS_A_DEAL, early, type Pressure, propose, seen, settled } from "../tests/support/morning.ts";
import { Pipeline } from "../tests/support/pipeline.ts";
import type { Bench, Report, Scale } from "./bench.ts";

const SIZES = {
  quick: { deals: 20, channels: 4, openInSeconds: 10 },
  usual: { deals: 80, channels: 8, openInSeconds: 30 },
  full: { deals: 400, channels: 10, openInSeconds: 90 },
};
const PATIENCE_MS = 1_800_000;

export const morning: Bench = {
  name: "morning",
  measures: "seconds until many actions that are due at once are done, within every system's limits",
  against: "the seconds that the narrowest limit alone needs",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const pipeline = new Pipeline();
  await pipeline.start();
  try {
    const size = SIZES[scale];
    const opensAt = await propose(pipeline, size);
    const count = size.deals * ACTIONS_A_DEAL;
    const { executed = 0, unknown = 0 } = await settled(pipeline, count, PATIENCE_MS);
    const tookSeconds = (Date.now() - opensAt) / 1_000;
    const [tooEarly, { effects, doubled, refused, pressures }] = [await early(pipeline), await seen(pipeline)];
    const [narrowest] = pressures.toSorted((a, b) => leastSeconds(b) - leastSeconds(a));
    const lines = pipeline.logs().filter((line) => line.includes('"queue":"actions"'));
    const held = lines.filter((line) => line.includes('"deferred"')).length;
    const retried = lines.filter((line) => line.includes('"retrying"')).length;
    const [letters] = await pipeline.query("SELECT count(*) AS n FROM dead_letters");
    return {
      rows: [
        ["limit", "allowed", "most in any such window", "calls"],
        ...pressures.map(({ system, kind, max, seconds, most, calls }) => {
          return [`${system} ${kind}`, `${max} in ${seconds} s`, String(most), String(calls)];
        }),
      ],
      notes: [
        `${count} actions in eight systems, all due in one second: settled ${tookSeconds.toFixed(0)} s after the last was ` +
          `due, ${executed} executed, ${unknown} parked because an answer came too late. The narrowest limit, ` +
          `${narrowest?.system} ${narrowest?.kind}, needs ${leastSeconds(narrowest).toFixed(0)} s for its calls.`,
        `${effects} effects, ${doubled.length} of them twice, ${tooEarly} early; ${refused} calls refused as too fast by ` +
          `the stand-ins, which count when a call begins (the table, when it is answered); ${held} deliveries held back, ${retried} attempts used up, ${letters?.n} dead letters.`,
      ],
    };
  } finally {
    await pipeline.stop();
  }
}

/** From the first call to the last, when a limit is used to the full from the first second. */
function leastSeconds(pressure: Pressure | undefined): number {
  if (pressure === undefined) return 0;
  const { calls, keys, max, seconds } = pressure;
  return Math.max(0, Math.ceil(calls / keys / max) - 1) * seconds;
}
