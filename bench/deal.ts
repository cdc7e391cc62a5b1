// What a Deal object's past costs its present: the time of one more action, of reading the object, and of its first answer
// after the platform had put it away. Rule: objects of all sizes take turns in one run, and the smallest is the baseline.
import { resolve } from "node:path";
import { createTestHarness, type TestHarness } from "wrangler";
import type { Bench, Report, Scale } from "./bench.ts";
import { median, spread, timed } from "./rounds.ts";

const WORKERS = [{ configPath: resolve("bench/deal/wrangler.toml") }, { configPath: resolve("wrangler.toml") }];
/** Filled in parts, so that no request takes minutes. */
const PART = 250;
const SIZES = {
  quick: { pasts: [1, 100], rounds: 3 },
  usual: { pasts: [1, 100, 1_000], rounds: 9 },
  full: { pasts: [1, 100, 10_000], rounds: 15 },
};
/** Actions in a round, so that a request more or less does not matter. */
const ACTIONS = 10;
const LIST = "list=1";
/** As many as the object lists at most (contract/deal.ts). */
const LISTED = 200;

type Times = { act: number[]; list: number[]; open: number[] };

export const deal: Bench = {
  name: "deal",
  measures: "milliseconds of one more action on a deal, and of reading it, with many past actions",
  against: "the same with one past action",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const { pasts, rounds } = SIZES[scale];
  const server = createTestHarness({ workers: WORKERS });
  await server.listen();
  try {
    for (const past of pasts) await fill(server, past);
    const times = new Map(pasts.map((past): [number, Times] => [past, { act: [], list: [], open: [] }]));
    for (let round = -1; round < rounds; round += 1) {
      // The Workers start anew and what is stored stays: every object is opened from its storage.
      await server.update({ workers: WORKERS });
      await ask(server, 0, LIST);
      for (const [past, { act, list, open }] of times) {
        const opened = await timed(() => ask(server, past, LIST));
        const listed = await timed(() => ask(server, past, LIST));
        const from = past + (round + 1) * ACTIONS;
        const acted = await timed(() => ask(server, past, `from=${from}&count=${ACTIONS}`));
        // The first round warms up.
        if (round < 0) continue;
        open.push(opened);
        list.push(listed);
        act.push(acted / ACTIONS);
      }
    }
    return reportOf(times, rounds);
  } finally {
    await server.close();
  }
}

async function fill(server: TestHarness, past: number): Promise<void> {
  for (let from = 0; from < past; from += PART) {
    await ask(server, past, `from=${from}&count=${Math.min(PART, past - from)}`);
    if (past > PART) process.stderr.write(`\r${Math.min(past, from + PART)} of ${past} past actions`);
  }
  if (past > PART) process.stderr.write("\n");
}

async function ask(server: TestHarness, past: number, query: string): Promise<void> {
  const answer = await server.fetch(`http://bench.test/?deal=hubspot:${past}&${query}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  if (query === LIST && Number(text) < Math.min(past, LISTED))
    throw new Error(`${past} actions were stored, ${text} are`);
}

function reportOf(times: ReadonlyMap<number, Times>, rounds: number): Report {
  const [smallest] = times.values();
  const cells = (own: Times, key: keyof Times) => [
    spread(own[key], 1),
    `${(median(own[key]) / median(smallest?.[key] ?? [])).toFixed(2)} ×`,
  ];
  return {
    rows: [
      ["past actions", "one more, ms", "ratio", "read, ms", "ratio", "first answer, ms", "ratio"],
      ...Array.from(times, ([past, own]) => [
        String(past),
        ...cells(own, "act"),
        ...cells(own, "list"),
        ...cells(own, "open"),
      ]),
    ],
    notes: [
      `${rounds} rounds; an action is proposed, claimed and reported. The first answer is that of an object that has to be ` +
        "read from its storage, a row an action; the platform puts an object away after seconds without a request.",
    ],
  };
}
