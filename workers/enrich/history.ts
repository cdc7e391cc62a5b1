// What the history of a deal says: the stages it went through, and how often its close was put off. Rule: a CRM keeps a
// row for every change of anything, so what did not change is skipped.

type Entered = { stage: string; enteredMs: number };

/** The contract takes 50 stages; of a longer history the newest are kept. */
const MAX_STAGES = 50;

/** Oldest first, each stage that was entered; entries may come in any order. */
export function stageHistoryOf(entries: readonly Entered[]): { stage: string; entered_at: string }[] {
  const sorted = entries.toSorted((a, b) => a.enteredMs - b.enteredMs);
  return sorted
    .filter(({ stage }, index) => stage !== "" && stage !== sorted[index - 1]?.stage)
    .slice(-MAX_STAGES)
    .map(({ stage, enteredMs }) => ({ stage: stage.slice(0, 200), entered_at: new Date(enteredMs).toISOString() }));
}

/** How often a close date, the oldest first, was moved to a later day. */
export function pushesOf(closeDates: readonly string[]): number {
  return closeDates.filter((date, index) => date > (closeDates[index - 1] ?? date)).length;
}
