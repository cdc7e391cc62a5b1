// What one signal teaches, as rows to keep: who a visitor is, where a contact works, which record lives on under which
// id, what came up about the deal, what happened at the account. Rules: an anonymous visitor is taught only by a signal
// that names a record, an address or a company beside the visitor; a free-mail address teaches its contact alone.
import type { SignalReceived } from "#contract/signal-received.ts";
import { activityOf } from "../activity.ts";
import { intentRowsOf } from "../intent-signals.ts";
import { mentionsOf } from "../mentions.ts";
import { type Alias, type Aliases, kindReference, type RecordKind } from "./aliases.ts";
import type { Clues } from "./clues.ts";
import { companyDomains, hostOf } from "./domain.ts";
import type { Kept } from "./memory.ts";

/** A signal and what was found of it. */
export type Found = {
  signal: SignalReceived;
  clues: Clues;
  dealId: string | null;
  contactId: string | null;
  accountId: string | null;
  /** As the CRM has it. */
  accountDomain: string | null;
};

export type Lesson = Kept & {
  /** True when these rows come from nowhere else: without them a merge, an identity or a mention would be forgotten. */
  irreplaceable: boolean;
};

const MERGED: Readonly<Record<string, RecordKind>> = {
  "deal.merged": "deal",
  "contact.merged": "contact",
  "company.merged": "account",
};

/** `aliases` is what is known already: nothing is taught twice. */
export function lessonOf(found: Found, aliases: Aliases): Lesson {
  const { signal, clues, dealId, contactId } = found;
  const company = companyKeyOf(found);
  const merged = mergesOf(signal);
  const taught = [...merged, ...identitiesOf(found, company)].filter(
    ({ reference, resolves_to }) => aliases.get(reference)?.resolves_to !== resolves_to,
  );
  const account = company ?? (contactId === null ? null : kindReference("contact", contactId));
  const row = activityOf(signal, account ?? clues.visitors[0] ?? null);
  const mentions = mentionsOf(signal, dealId);
  const domain = company?.startsWith("domain:") ? company.slice("domain:".length) : null;
  return {
    aliases: taught,
    activity: row === null ? [] : [row],
    mentions,
    intent: intentRowsOf(signal, domain),
    mergedDeals:
      MERGED[signal.payload.event] === "deal"
        ? (signal.payload.related ?? []).map((from) => ({ from, to: signal.subject }))
        : [],
    irreplaceable: taught.length > 0 || mentions.length > 0,
  };
}

/** Under what the company is remembered: its domain, because every system knows it by that; else its record. */
export function companyKeyOf({ accountId, accountDomain, clues }: Omit<Found, "signal">): string | null {
  const host = accountDomain === null ? null : hostOf(accountDomain);
  const domain = registrable(host) ?? (accountId === null ? registrable(clues.host) : null);
  if (domain !== null) return `domain:${domain}`;
  return accountId === null ? null : kindReference("account", accountId);
}

/** The shortest that is no public suffix. */
function registrable(host: string | null): string | null {
  return host === null ? null : (companyDomains(host).at(-1) ?? null);
}

function mergesOf({ source, subject, payload, fired_at }: SignalReceived): Alias[] {
  const kind = MERGED[payload.event];
  if (kind === undefined || source !== "hubspot") return [];
  return (payload.related ?? []).map((gone) => ({
    reference: kindReference(kind, gone),
    resolves_to: kindReference(kind, subject),
    how: "merged",
    learned_at: fired_at,
  }));
}

function identitiesOf({ signal, clues, contactId }: Found, company: string | null): Alias[] {
  const contact = contactId === null ? null : kindReference("contact", contactId);
  const learned_at = signal.fired_at;
  // Known by an alias alone: nothing new is said.
  if (clues.alias !== null || clues.visitors.length === 0) return [];
  const visitors = clues.visitors.flatMap((reference): Alias[] => {
    const target = /:group-/.test(reference) ? company : (contact ?? company);
    return target === null ? [] : [{ reference, resolves_to: target, how: "identified", learned_at }];
  });
  if (contact === null || company === null) return visitors;
  return [...visitors, { reference: contact, resolves_to: company, how: "employed", learned_at }];
}
