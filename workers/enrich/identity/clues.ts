// Everything that a signal says about who it is about, in one form. Rules: only what the adapters really emit is read;
// a record is named by its CRM's reference, in the form that the CRM answers with, and by the survivor of a merge.
import { salesforceId } from "#connectors/salesforce-id.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { type Alias, type Aliases, kindReference, type RecordKind, recordOfKind, survivorOf } from "./aliases.ts";
import { companyHostOf, hostOf } from "./domain.ts";

export type Clues = {
  /** References of records, or of systems that no CRM reads. */
  dealId: string | null;
  contactId: string | null;
  accountId: string | null;
  /** Lower case; whose it is only a CRM knows. */
  email: string | null;
  /** A host of the company: of its address, of its report, of a group's website. Never free mail. */
  host: string | null;
  /** The visitor as the source knows them: a browser, a user, a group. */
  visitors: readonly string[];
  /** The alias that led to a record or a host, where one did. */
  alias: Alias | null;
};

const EMAIL = /^[^\s@]{1,64}@[^\s@]{3,253}$/;
/** What an adapter writes for a visitor and for a group: `segment:anon-…`, `posthog:user-hash-…`. */
const VISITOR = /^[a-z][a-z0-9_-]*:(?:anon|user|group)-/;
/** Ids that go into a reference as they are; the fingerprint of others is told by the subject alone. */
const PLAIN_ID = /^[\w.:+/=-]{1,150}$/;

/** `aliases` knows at least what `referencesIn` names. */
export function cluesOf(signal: SignalReceived, aliases: Aliases): Clues {
  const visitors = visitorsOf(signal);
  const contact = named("contact", signal.contact_id, aliases);
  const account = named("account", signal.account_id, aliases);
  const email = addressOf(signal.contact_id) ?? addressOf(factOf(signal, "email"));
  const host =
    domainOf(signal.account_id) ?? domainOf(signal.subject) ?? (email && companyHostOf(email)) ?? groupHostOf(signal);
  const clues = { dealId: named("deal", signal.deal_id, aliases), contactId: contact, accountId: account, email, host };
  if (contact !== null || account !== null || email !== null || host !== null) {
    return { ...clues, visitors, alias: null };
  }
  // As of the signal: who somebody turned out to be later does not change what a signal of then was about.
  const alias = visitors
    .flatMap((visitor) => aliases.get(visitor) ?? [])
    .find(({ learned_at: learnedAt }) => learnedAt <= signal.fired_at);
  if (alias === undefined) return { ...clues, visitors, alias: null };
  return {
    ...clues,
    contactId: named("contact", recordOfKind("contact", alias.resolves_to), aliases),
    accountId: named("account", recordOfKind("account", alias.resolves_to), aliases),
    host: domainOf(alias.resolves_to),
    visitors,
    alias,
  };
}

/** What the aliases have to be asked for. */
export function referencesIn(signal: SignalReceived): string[] {
  const records: readonly [RecordKind, string | null][] = [
    ["deal", signal.deal_id],
    ["contact", signal.contact_id],
    ["account", signal.account_id],
  ];
  return [
    ...visitorsOf(signal),
    ...records.flatMap(([kind, reference]) => (reference === null ? [] : kindReference(kind, reference))),
  ];
}

/** `email:…` and `domain:…` name no record. */
function named(kind: RecordKind, reference: string | null, aliases: Aliases): string | null {
  if (reference === null || addressOf(reference) !== null || domainOf(reference) !== null) return null;
  return survivorOf(kind, canonical(reference), aliases);
}

/** Salesforce shows 15 characters and answers with 18. */
function canonical(reference: string): string {
  const id = reference.startsWith("salesforce:") ? salesforceId(reference.slice("salesforce:".length)) : null;
  return id === null ? reference : `salesforce:${id}`;
}

function visitorsOf({ subject, source, payload }: SignalReceived): string[] {
  const ids: readonly [string, unknown][] = [
    ["user", payload.facts?.user_id],
    ["anon", payload.facts?.anonymous_id],
    ["user", payload.facts?.previous_id],
    ["anon", payload.facts?.previous_id],
    ["group", payload.facts?.group_id],
  ];
  const told = ids.flatMap(([kind, id]) =>
    typeof id === "string" && PLAIN_ID.test(id) ? [`${source}:${kind}-${id}`] : [],
  );
  return [...new Set([...(VISITOR.test(subject) ? [subject] : []), ...told])];
}

function addressOf(text: string | null): string | null {
  const address =
    text
      ?.replace(/^email:/, "")
      .trim()
      .toLowerCase() ?? "";
  return EMAIL.test(address) ? address : null;
}

function domainOf(reference: string | null): string | null {
  return reference?.startsWith("domain:") ? hostOf(reference.slice("domain:".length)) : null;
}

/** A group's traits may tell its website. */
function groupHostOf(signal: SignalReceived): string | null {
  if (signal.payload.event !== "account.identified") return null;
  const site = factOf(signal, "domain") ?? factOf(signal, "website");
  return site === null ? null : companyHostOf(`@${site.replace(/^https?:\/\//i, "").replace(/[/?#].*$/, "")}`);
}

function factOf({ payload }: SignalReceived, name: string): string | null {
  const value = payload.facts?.[name];
  return typeof value === "string" ? value : null;
}
