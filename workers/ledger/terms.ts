// What a signal is found by, gathered from its row and its steps. Rule: names of people and records are filed as digests;
// a signal has a bounded number of terms, however long its trail.
import { dayTerm, facetTerm, isCoded, type NameRole, nameTerm, wordsOf } from "#contract/search-terms.ts";
import type { SignalRow } from "./merge.ts";
import type { Told } from "./told-steps.ts";

const MAX_NAMES = 150;
const MAX_WORDS = 60;

const REFERENCE = /^[a-z][a-z0-9_-]*:(?!\/\/)[^\s]{1,200}$/;
const EMAIL = /[^\s"'<>()[\],;:@]+@[^\s"'<>()[\],;:@]+\.[^\s"'<>()[\],;:@.]+/g;

/** Turns names into terms; one for each batch, because the same names come again and again. */
export function createNaming(): (role: NameRole, name: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (role, name) => {
    const key = `${role} ${name}`;
    const term = known.get(key) ?? nameTerm(role, name);
    known.set(key, term);
    return term;
  };
}

/** The terms of a signal that had `before` and to which `told` came; the row's own are made anew. */
export async function termsOf(
  row: Omit<SignalRow, "terms" | "trail">,
  before: string,
  told: readonly Told[],
  naming: ReturnType<typeof createNaming>,
): Promise<string> {
  const kept = before.split(" ").filter((term) => term !== "" && !term.startsWith("fate_"));
  const names = new Set<string>();
  const words: string[] = wordsOf(row.event);
  for (const { step, action } of told) {
    collectNames([step.data, step.actor, step.summary, action?.action, action?.decided_by], names);
    words.push(...wordsOf(step.summary), ...wordsOf(action?.action.reason ?? ""), ...wordsOf(action?.note ?? ""));
  }
  const { subject, deal_id, account_id, contact_id } = row;
  const roles: [NameRole, string | null | undefined][] = [
    ["deal", deal_id],
    ["account", account_id],
    ["contact", contact_id],
    ["name", subject],
    ...told.map(({ action }): [NameRole, string | null | undefined] => ["rep", action?.action.owner?.email]),
    ...[deal_id, account_id, contact_id, ...names].map((name): [NameRole, string | null] => ["name", name]),
  ];
  const named = roles.flatMap(([role, name]) => (name === null || name === undefined ? [] : [naming(role, name)]));
  const coded = [
    row.signal_id,
    row.correlation_id,
    facetTerm("source", row.source),
    facetTerm("type", row.signal_type),
    facetTerm("fate", row.fate),
    dayTerm(row.received_at),
    ...kept.filter(isCoded),
    ...(await Promise.all(named)),
  ];
  const plain = [...kept.filter((term) => !isCoded(term)), ...words.filter((term) => !isCoded(term))];
  return termsText([...coded, ...[...new Set(plain)].slice(0, MAX_WORDS)]);
}

/** Between spaces, each once, so that ` term ` is found in it. */
export function termsText(terms: readonly string[]): string {
  return ` ${[...new Set(terms)].filter((term) => term !== "").join(" ")} `;
}

/** References and addresses anywhere in a value; of texts the addresses. */
export function collectNames(value: unknown, into: Set<string>): void {
  if (into.size >= MAX_NAMES || value === null) return;
  if (typeof value === "string") {
    if (REFERENCE.test(value)) into.add(value.toLowerCase());
    if (value.includes("@")) for (const email of value.match(EMAIL) ?? []) into.add(email.toLowerCase());
  } else if (typeof value === "object") {
    for (const field of Object.values(value)) collectNames(field, into);
  }
}
