// What is left of a signal that speaks of somebody who must be forgotten. Pure. Rule: that it came, when, from where and
// what became of it stays, and so do its digests, so that the chain holds; its words and data go, all of them, because a
// name in one step is in the texts of the others.
import { facetTerm, isCoded } from "#contract/search-terms.ts";
import type { SignalRow } from "../merge.ts";
import { termsText } from "../terms.ts";
import { emptied } from "./emptied.ts";
import type { Names } from "./names.ts";

/** `personTerms` are the terms of the person in every role. */
export function blankSignal(row: SignalRow, names: Names, personTerms: ReadonlySet<string>): SignalRow {
  const isTheirs = (name: string | null) => name !== null && names.has(name.toLowerCase());
  const kept = (name: string | null) => (isTheirs(name) ? null : name);
  return {
    ...row,
    subject: isTheirs(row.subject) ? "erased:0" : row.subject,
    deal_id: kept(row.deal_id),
    account_id: kept(row.account_id),
    contact_id: kept(row.contact_id),
    terms: termsText([
      ...row.terms.split(" ").filter((term) => isCoded(term) && !personTerms.has(term)),
      facetTerm("fate", row.fate),
    ]),
    trail: row.trail.map(({ aside: _gone, ...step }) => ({
      ...emptied(step),
      actor: isTheirs(step.actor?.id ?? null) ? null : step.actor,
    })),
  };
}

/** The terms of a link: the person's are gone, and words stay only where a signal of it still has them. */
export function relabelled(before: string, rows: readonly SignalRow[], personTerms: ReadonlySet<string>): string {
  const coded = before.split(" ").filter((term) => isCoded(term) && !personTerms.has(term));
  return termsText([...coded, ...rows.flatMap(({ terms }) => terms.split(" "))]);
}

/** True while there is something left to empty. */
export function speaksOf(row: SignalRow, personTerms: ReadonlySet<string>): boolean {
  return row.terms.split(" ").some((term) => personTerms.has(term));
}

/** Where data of its steps is that did not fit into the row. */
export function asideKeys({ trail }: SignalRow): string[] {
  return trail.flatMap(({ aside }) => aside ?? []);
}

/** The raw bodies that its steps name. */
export function rawRefs({ trail }: SignalRow): string[] {
  return trail.flatMap(({ data }) => {
    if (typeof data !== "object" || data === null || !("raw_ref" in data)) return [];
    return typeof data.raw_ref === "string" ? [data.raw_ref] : [];
  });
}
