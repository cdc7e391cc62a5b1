// Which of several open deals a signal is about. Rule: the one that was worked on last, because that is where news of
// the account lands; then the larger, the newer, and the lower id, so that the answer never depends on the order in
// which a CRM tells them. The others are listed in the account's context.
import type { CrmDealSummary } from "../providers/provider.ts";

/** The chosen deal and the others, in the same order; undefined when there is none. */
export function chooseDeal(deals: readonly CrmDealSummary[]): readonly [CrmDealSummary | undefined, CrmDealSummary[]] {
  const [chosen, ...others] = deals.toSorted(
    (a, b) =>
      descending(a.lastActivityMs, b.lastActivityMs) ||
      descending(a.amount, b.amount) ||
      descending(a.createdMs, b.createdMs) ||
      a.id.length - b.id.length ||
      (a.id < b.id ? -1 : 1),
  );
  return [chosen, others];
}

/** Unknown comes last. */
function descending(a: number | null, b: number | null): number {
  if (a === b) return 0;
  return (b ?? Number.NEGATIVE_INFINITY) > (a ?? Number.NEGATIVE_INFINITY) ? 1 : -1;
}
