// Holds the deterministic figures, operations and bundle sizes, against the committed ones. Rule: what got worse fails and
// says by how much; what got better is told, so that somebody commits it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { countScenarios } from "./counts.ts";
import { sizes } from "./size.ts";

const FILE = "bench/counts.json";
/** Retries of an alarm, or a batch that was cut in two, are not a regression. */
const SLACK = { share: 0.05, operations: 3, bytes: 1_000 };

const Figures = z.object({
  scenarios: z.record(z.string(), z.record(z.string(), z.number())),
  sizes: z.record(z.string(), z.object({ min: z.number(), gzip: z.number() })),
});
export type Figures = z.infer<typeof Figures>;

async function measured(): Promise<Figures> {
  const [scenarios, bundled] = await Promise.all([countScenarios(), sizes()]);
  return { scenarios, sizes: bundled };
}

export async function accept(): Promise<void> {
  writeFileSync(FILE, `${JSON.stringify(await measured(), null, 2)}\n`);
  console.log(`${FILE} written`);
}

/** Answers whether nothing got worse. */
export async function check(): Promise<boolean> {
  if (!existsSync(FILE)) throw new Error(`${FILE} is missing: npm run bench -- --accept writes it`);
  const committed = Figures.parse(JSON.parse(readFileSync(FILE, "utf8")));
  const { worse, better } = compare(committed, await measured());
  for (const line of better) console.log(`better: ${line}`);
  for (const line of worse) console.error(`worse: ${line}`);
  if (worse.length > 0) console.error("If it has to be: npm run bench -- --accept, and say why in the commit.");
  else if (better.length > 0) console.log("Keep it: npm run bench -- --accept");
  return worse.length === 0;
}

/** Figures that left the committed ones by more than chance, as text. */
export function compare(committed: Figures, now: Figures): { worse: string[]; better: string[] } {
  const worse: string[] = [];
  const better: string[] = [];
  const hold = (what: string, was: number, is: number, least: number) => {
    const margin = Math.max(was * SLACK.share, least);
    if (is > was + margin) worse.push(`${what}: ${was} → ${is}`);
    if (is < was - margin) better.push(`${what}: ${was} → ${is}`);
  };
  for (const [name, counts] of Object.entries(now.scenarios)) {
    const before = committed.scenarios[name] ?? {};
    for (const key of new Set([...Object.keys(before), ...Object.keys(counts)])) {
      hold(`${name}, ${key}`, before[key] ?? 0, counts[key] ?? 0, SLACK.operations);
    }
  }
  for (const [worker, { min, gzip }] of Object.entries(now.sizes)) {
    const before = committed.sizes[worker] ?? { min: 0, gzip: 0 };
    hold(`${worker} minified, bytes`, before.min, min, SLACK.bytes);
    hold(`${worker} gzip, bytes`, before.gzip, gzip, SLACK.bytes);
  }
  return { worse, better };
}
