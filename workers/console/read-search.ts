// What the list of signals can be narrowed to, and how that is asked of D1. Rules: a search walks the links that have all
// of its terms, newest first and only so many of them for one page, so its cost does not grow with the signals there are;
// a link has many signals, so each is held against the terms again.
import * as z from "zod";
import { Fate } from "#contract/audit-step.ts";
import { Instant, Reference } from "#contract/envelope.ts";
import { dayTerm, facetTerm, nameTerm, wordsOf } from "#contract/search-terms.ts";
import { SignalType } from "#contract/signal-received.ts";

/** An empty form field is no filter. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), schema.optional());

const Day = z.iso.date().transform((day) => `${day}T00:00:00.000Z`);

/** As it stands in a URL. `from` counts, `to` does not; a plain day is its first moment, in UTC. */
export const SignalFilter = z.object({
  /** Words of the trail, or an id: of the signal, of its trace. */
  q: optional(z.string().max(200)),
  fate: optional(Fate),
  source: optional(z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/, "expected a source's name")),
  type: optional(SignalType),
  deal: optional(Reference),
  account: optional(Reference),
  contact: optional(z.union([Reference, z.email()])),
  rep: optional(z.email()),
  from: optional(z.union([Instant, Day])),
  to: optional(z.union([Instant, Day])),
});
export type SignalFilter = z.infer<typeof SignalFilter>;

/** A page looks through at most this many links, of up to 250 signals each. */
export const LINKS_A_PAGE = 100;

/** More days than this are left to the comparison of the time itself. */
const MAX_DAYS = 31;
const DAY_MS = 86_400_000;

/** `match` is null when every link counts. */
export type Search = {
  match: string | null;
  /** All of them are needed. */
  terms: readonly string[];
  /** One of them is needed; none when everybody's count. */
  oneOf: readonly string[];
  from: string;
  to: string;
};

/** `people` are the addresses of which a signal has to name one; null when everybody's count. */
export async function searchOf(filter: SignalFilter, people: readonly string[] | null): Promise<Search> {
  const { q, fate, source, type, deal, account, contact, rep, from = "", to = "~" } = filter;
  const named = [
    deal && nameTerm("deal", deal),
    account && nameTerm("account", account),
    contact && nameTerm("name", contact),
    rep && nameTerm("rep", rep),
  ].filter((term) => term !== undefined && term !== "");
  const terms = [
    ...(fate === undefined ? [] : [facetTerm("fate", fate)]),
    ...(source === undefined ? [] : [facetTerm("source", source)]),
    ...(type === undefined ? [] : [facetTerm("type", type)]),
    ...(await Promise.all(named)),
    ...wordsOf(q ?? ""),
  ];
  const days = daysOf(from, to).map(quoted).join(" OR ");
  const oneOf = await Promise.all((people ?? []).map((email) => nameTerm("name", email)));
  const ranges = [days, oneOf.map(quoted).join(" OR ")].filter((range) => range !== "");
  const all = [...terms.map(quoted), ...ranges.map((range) => `(${range})`)];
  return { match: all.length === 0 ? null : all.join(" AND "), terms, oneOf, from, to };
}

/** Terms are letters, digits and underscores, but FTS5 has words of its own: AND, OR, NOT, NEAR. */
function quoted(term: string): string {
  return `"${term}"`;
}

function daysOf(from: string, to: string): string[] {
  const start = Date.parse(`${from.slice(0, 10)}T00:00:00.000Z`);
  const count = Math.ceil((Date.parse(to) - start) / DAY_MS);
  if (!(count > 0 && count <= MAX_DAYS)) return [];
  return Array.from({ length: count }, (_, day) => dayTerm(new Date(start + day * DAY_MS).toISOString()));
}

/** Where a page ends: the link, and the place in it. */
export type Place = { seq: number; position: number };
export const NEWEST: Place = { seq: Number.MAX_SAFE_INTEGER, position: -1 };

export function placeText({ seq, position }: Place): string {
  return `${seq}-${position}`;
}

/** `text` as `placeText` wrote it. */
export function parsePlace(text: string): Place | null {
  const [, seq, position] = /^(\d{1,15})-(\d{1,4})$/.exec(text) ?? [];
  return seq === undefined ? null : { seq: Number(seq), position: Number(position) };
}

/** The place parameter of a query; null from the newest. */
export const placeParameter = z
  .string()
  .optional()
  .transform((text, context): Place | null => {
    if (text === undefined) return null;
    const place = parsePlace(text);
    if (place === null) context.addIssue({ code: "custom", message: "use next_cursor of the previous page" });
    return place;
  });
