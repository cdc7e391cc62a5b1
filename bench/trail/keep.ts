// Writes the seeds of the trail bench into D1 as the ledger writes what it is told. Rule: in its batches, of which some
// signals are in two.
import { keepSteps } from "../../workers/ledger/ledger.ts";
import { createStore } from "../../workers/ledger/store.ts";
import type { Told } from "../../workers/ledger/told-steps.ts";
import { DAY, stepsOf } from "./seeds.ts";

/** Signals of one batch of the audit queue, of which some are seen in two batches. */
export const BATCH = 200;
export const SPLIT = 0.3;
/** Every so many signals have an action. */
export const ACTING = 10;

/** Answers how many links they are in. */
export async function seed(db: D1Database, count: number): Promise<number> {
  await keep(
    db,
    Array.from({ length: count }, (_, n) => stepsOf(n, n % ACTING === 0)),
  );
  return (await db.prepare("SELECT max(seq) AS n FROM links").first<number>("n")) ?? 0;
}

/** Writes them as the ledger does, in its batches; answers the rows written. */
export async function keep(db: D1Database, signals: readonly (readonly Told[])[]): Promise<number> {
  const store = createStore(db, async () => {});
  let rowsWritten = 0;
  const write: typeof store.write = async (batch) => {
    const result = await store.write(batch);
    rowsWritten += result.rowsWritten;
    return result;
  };
  const deps = { ...store, write, now: () => Date.parse(DAY) };
  let late: Told[] = [];
  for (let from = 0; from < signals.length || late.length > 0; from += BATCH) {
    const batch = signals.slice(from, from + BATCH);
    const isSplit = (n: number) => n < batch.length * SPLIT;
    const now = batch.flatMap((steps, n) => (isSplit(n) ? steps.slice(0, 2) : steps));
    await keepSteps([...late, ...now], deps);
    late = batch.flatMap((steps, n) => (isSplit(n) ? steps.slice(2) : []));
  }
  return rowsWritten;
}
