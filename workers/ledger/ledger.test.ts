// The outcomes of a batch of steps: done when D1 has it all, deferred when it has none of it.
import { expect, it } from "vitest";
import { CHAIN_START } from "#contract/kept-step.ts";
import { type LedgerDeps, recordSteps } from "./ledger.ts";
import { instant, received, signalId, step } from "./steps.fixture.ts";
import type { Batch } from "./store.ts";

function fakeDeps(write: (batch: Partial<Batch>) => Promise<unknown> = async () => {}) {
  const logged: unknown[] = [];
  let seq = 0;
  const deps: LedgerDeps = {
    read: async () => ({ kept: new Map(), head: { seq: seq++, digest: CHAIN_START } }),
    write: async (batch) => {
      await write(batch);
      return { rowsWritten: 0 };
    },
    now: () => Date.parse(instant(0)),
    random: () => 0.5,
    retryBaseSeconds: 5,
    putAside: async () => {},
    arrivedLate: async () => {},
    alertsOf: async () => [],
    log: (...line) => logged.push(line),
  };
  return { deps, logged };
}

it("writes the whole batch at once and is done with every step", async () => {
  const written: Partial<Batch>[] = [];
  const { deps } = fakeDeps(async (rows) => written.push(rows));
  const outcomes = await recordSteps(deps)([received(), step({ signal_id: signalId(2), fate: "no_action" })]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["done", "done"]);
  expect(written).toMatchObject([{ links: [{ seq: 1 }], signals: [{}, {}] }]);
});

it("merges anew when another ledger took the number of its link", async () => {
  const written: Partial<Batch>[] = [];
  const { deps } = fakeDeps(async (rows) => {
    written.push(rows);
    if (written.length === 1) throw new Error("D1_ERROR: UNIQUE constraint failed: links.seq: SQLITE_CONSTRAINT");
  });
  expect(await recordSteps(deps)([received()])).toMatchObject([{ kind: "done" }]);
  expect(written).toMatchObject([{ links: [{ seq: 1 }] }, { links: [{ seq: 2 }] }]);
});

it("lets every step wait, without using up an attempt, while D1 is down, and says so once", async () => {
  const { deps, logged } = fakeDeps(() => Promise.reject(new Error("D1 DB is overloaded")));
  const outcomes = await recordSteps(deps)([received(), step()]);
  expect(outcomes).toMatchObject([
    { kind: "defer", afterSeconds: 35 },
    { kind: "defer", afterSeconds: 35 },
  ]);
  expect(logged).toEqual([
    ["error", "steps_not_written", { count: 2, after: 35, reason: "Error: D1 DB is overloaded" }],
  ]);
});
