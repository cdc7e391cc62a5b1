// What a batch becomes in D1: the rows of its signals with the new steps in their place, and one link of the chain for
// each few of them. Rules: a step that is kept already changes nothing and makes no link; the order of arrival decides
// only which link a step is in, never what the row says in the end.
import type { KeptStep, LinkedStep } from "#contract/kept-step.ts";
import { linkDigest, stepDigest } from "#contract/kept-step.ts";
import { marksText } from "#contract/search-terms.ts";
import type { links, signals } from "#contract/tables.ts";
import { fitted, type PutAside } from "./aside.ts";
import { emptied } from "./erase/emptied.ts";
import { fateAfter } from "./fates.ts";
import { createNaming, termsOf, termsText } from "./terms.ts";
import type { Told } from "./told-steps.ts";

/** The row with its trail parsed. */
export type SignalRow = Omit<typeof signals.$inferSelect, "actions" | "trail"> & {
  actions: readonly string[];
  trail: readonly KeptStep[];
};
export type LinkRow = Omit<typeof links.$inferSelect, "signals" | "marks"> & {
  signals: readonly string[];
  marks: readonly string[];
};
export type Head = { seq: number; digest: string };

/** A search looks through all signals of a link that has its terms, so a link is kept short. */
const LINK_SIGNALS = 250;

/** Stands in for what only `received` knows, in the row of a signal whose other steps came first. */
const UNKNOWN = "unknown";

export async function mergeSteps(
  told: readonly Told[],
  kept: ReadonlyMap<string, SignalRow>,
  head: Head,
  at: string,
  putAside: PutAside,
): Promise<{ signals: SignalRow[]; links: LinkRow[] }> {
  const naming = createNaming();
  const news = [...Map.groupBy(told, ({ signal_id }) => signal_id)]
    .map(([signalId, steps]) => ({ signalId, row: kept.get(signalId), steps: newSteps(steps, kept.get(signalId)) }))
    .filter(({ steps }) => steps.length > 0);
  const rows: SignalRow[] = [];
  const made: LinkRow[] = [];
  let { seq, digest } = head;
  for (let start = 0; start < news.length; start += LINK_SIGNALS) {
    const group = news.slice(start, start + LINK_SIGNALS);
    seq += 1;
    const merged = await Promise.all(group.map(({ row, steps }) => mergedRow(row, steps, seq, naming, putAside)));
    rows.push(...merged);
    // As the list shows them: newest first.
    merged.sort((a, b) => (a.received_at < b.received_at ? 1 : -1));
    const previous = digest;
    digest = await linkDigest(
      previous,
      seq,
      merged.flatMap((row) => stepsOfLink(row, seq)),
    );
    const terms = termsText(merged.flatMap((row) => row.terms.split(" ")));
    const marks = merged.map((row) => marksText(row.signal_id, row.terms));
    const ids = merged.map(({ signal_id }) => signal_id);
    made.push({ seq, at, previous, digest, signals: ids, terms, rolled_to: null, marks });
  }
  return { signals: rows, links: made };
}

/** The steps of a signal that a link took in. */
export function stepsOfLink({ signal_id, trail }: Pick<SignalRow, "signal_id" | "trail">, seq: number): LinkedStep[] {
  return trail.filter(({ link }) => link === seq).map(({ event_id, digest }) => ({ signal_id, event_id, digest }));
}

/** Those not kept yet, each once. */
function newSteps(told: readonly Told[], row: SignalRow | undefined): Told[] {
  const known = new Set(row?.trail.map(({ event_id }) => event_id));
  return told.filter(({ step: { event_id } }) => {
    if (known.has(event_id)) return false;
    known.add(event_id);
    return true;
  });
}

async function mergedRow(
  before: SignalRow | undefined,
  told: readonly Told[],
  link: number,
  naming: ReturnType<typeof createNaming>,
  putAside: PutAside,
): Promise<SignalRow> {
  // Whoever was erased stays so: what is still told of such a signal has its digest, and no words.
  const isErased = before?.trail.some(({ erased }) => erased) ?? false;
  const shown = isErased ? told.map((each) => ({ ...each, action: null, step: emptied(each.step) })) : told;
  const steps = await Promise.all(
    told.map(async ({ signal_id, step }, index) => ({
      ...(shown[index]?.step ?? step),
      digest: await stepDigest(signal_id, step),
      link,
    })),
  );
  const trail = [...(before?.trail ?? []), ...steps].sort(byTime);
  const opened = openedRow(before, shown);
  const fate = fateAfter(trail) ?? { fate: "in_progress", fate_at: opened.received_at };
  const named = told.flatMap(({ action }) => (action === null ? [] : [action.action.action_id]));
  const row = { ...opened, ...fate, link, actions: [...new Set([...(before?.actions ?? []), ...named])] };
  const terms = await termsOf(row, before?.terms ?? "", shown, naming);
  return { ...row, terms, trail: await fitted(row.signal_id, trail, putAside) };
}

type Opened = Omit<SignalRow, "fate" | "fate_at" | "link" | "actions" | "terms" | "trail">;

/** A row that a later step opened learns what it is about; enrichment may say which deal and account, and whose. */
function openedRow(before: SignalRow | undefined, told: readonly Told[]): Opened {
  const resolved = told.map(({ step }) => resolvedBy(step.data)).find((found) => found !== null) ?? null;
  const opening = told.find(({ opens }) => opens !== null);
  let opened: Opened;
  if (before !== undefined && (before.source !== UNKNOWN || opening === undefined)) {
    opened = before;
  } else {
    opened = openedBy(told, opening);
  }
  return {
    ...opened,
    deal_id: opened.deal_id ?? resolved?.deal_id ?? before?.deal_id ?? null,
    account_id: opened.account_id ?? resolved?.account_id ?? before?.account_id ?? null,
    contact_id: opened.contact_id ?? resolved?.contact_id ?? before?.contact_id ?? null,
  };
}

function openedBy(told: readonly Told[], opening: Told | undefined): Opened {
  const [first] = told;
  const signal_id = first?.signal_id ?? "";
  const correlation_id = (opening ?? first)?.correlation_id ?? "";
  if (opening?.opens) {
    return { signal_id, correlation_id, ...opening.opens, contact_id: textOf(opening.step.data, "contact_id") };
  }
  // Times of a placeholder are a step's own, so that it is listed where it belongs.
  const at = told.map(({ step }) => step.at).sort()[0] ?? "";
  const about = { source: UNKNOWN, signal_type: "custom", event: UNKNOWN, subject: `${UNKNOWN}:${signal_id}` };
  const ids = { deal_id: null, account_id: null, contact_id: null };
  return { signal_id, correlation_id, ...about, ...ids, urgency: "standard", fired_at: at, received_at: at };
}

/** The step `enriched` carries the whole enriched signal. */
function resolvedBy(data: unknown): Pick<Opened, "deal_id" | "account_id" | "contact_id"> | null {
  if (typeof data !== "object" || data === null || !("signal" in data)) return null;
  const { signal } = data;
  return {
    deal_id: textOf(signal, "deal_id"),
    account_id: textOf(signal, "account_id"),
    contact_id: textOf(signal, "contact_id"),
  };
}

function textOf(value: unknown, name: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  const field: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof field === "string" ? field : null;
}

function byTime(a: KeptStep, b: KeptStep): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.event_id < b.event_id ? -1 : 1;
}
