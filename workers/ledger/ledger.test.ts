// The outcomes of a batch of steps: done when D1 has it all, deferred when it has none of it.
import { expect, it } from "vitest";
import { type LedgerDeps, recordSteps } from "./ledger.ts";
import type { LedgerRows } from "./statements.ts";
import { received, signalId, step } from "./steps.fixture.ts";

function fakeDeps(write: LedgerDeps["write"] = async () => {}) {
  const logged: unknown[] = [];
  const deps: LedgerDeps = { write, random: () => 0.5, log: (...line) => logged.push(line) };
  return { deps, logged };
}

it("writes the whole batch at once and is done with every step", async () => {
  const written: Partial<LedgerRows>[] = [];
  const { deps } = fakeDeps(async (rows) => written.push(rows));
  const outcomes = await recordSteps(deps)([received(), step({ signal_id: signalId(2), fate: "no_action" })]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["done", "done"]);
  expect(written).toHaveLength(1);
  expect(written[0]).toMatchObject({ trail: [{}, {}], signals: [{}], fates: [{}] });
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
