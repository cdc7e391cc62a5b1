// Competitors and topics that came up about a deal, with the time. Rules: each time is a row, so that a signal of then
// is told what was known then; a deal that was merged takes what was said about it to its survivor.
import type { DealContext } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";

export type MentionRow = {
  deal_id: string;
  kind: "competitor" | "topic";
  name: string;
  mentioned_at: string;
  signal_id: string;
};
export type Mention = DealContext["mentions"][number];

export const MENTION_DAYS = 90;
/** The contract takes 100. */
const MAX_MENTIONS = 100;

/** What a signal says of its deal. A topic is one of a conversation; what a company reads about is no mention. */
export function mentionsOf(signal: SignalReceived, dealId: string | null): MentionRow[] {
  if (dealId === null || signal.signal_type === "intent") return [];
  const { competitors = [], topics = [] } = signal.payload;
  const row = (kind: MentionRow["kind"]) => (name: string) => ({
    deal_id: dealId,
    kind,
    name: name.trim(),
    mentioned_at: signal.fired_at,
    signal_id: signal.signal_id,
  });
  const spoken = signal.signal_type === "call_complete" ? topics.map(row("topic")) : [];
  return [...competitors.map(row("competitor")), ...spoken].filter(({ name }) => name !== "");
}

/** The deal's mentions as of a signal, each name once with its last time, newest first. */
export function newestMentions(rows: readonly Mention[]): Mention[] {
  const sorted = rows.toSorted(
    (a, b) => order(b.mentioned_at, a.mentioned_at) || order(a.kind, b.kind) || order(a.name, b.name),
  );
  const once = new Map<string, Mention>();
  for (const { kind, name, mentioned_at } of sorted) {
    const key = `${kind} ${name.toLowerCase()}`;
    if (!once.has(key)) once.set(key, { kind, name, mentioned_at });
  }
  return [...once.values()].slice(0, MAX_MENTIONS);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** ?1 is a JSON array of MentionRow. What is there costs no write. */
export const KEEP_MENTIONS = `
  INSERT OR IGNORE INTO mentions (deal_id, kind, name, mentioned_at, signal_id)
  SELECT value->>'deal_id', value->>'kind', value->>'name', value->>'mentioned_at', value->>'signal_id'
  FROM json_each(?1)`;

/** ?1 is a JSON array of `{from, to}`, deals that were merged. */
export const MOVE_MENTIONS = `
  UPDATE OR REPLACE mentions
  SET deal_id = (SELECT value->>'to' FROM json_each(?1) WHERE value->>'from' = mentions.deal_id)
  WHERE deal_id IN (SELECT value->>'from' FROM json_each(?1))`;

/** ?1 is a JSON array of `{deal, from, to}`. Answers for each, by its place `n`, the newest mentions in between. */
export const READ_MENTIONS = `
  SELECT ask.key AS n,
    (SELECT json_group_array(json_object('kind', kind, 'name', name, 'mentioned_at', mentioned_at)) FROM (
      SELECT kind, name, mentioned_at FROM mentions WHERE deal_id = ask.value->>'deal'
        AND mentioned_at >= ask.value->>'from' AND mentioned_at < ask.value->>'to'
      ORDER BY mentioned_at DESC, kind, name LIMIT 300)) AS mentions
  FROM json_each(?1) AS ask ORDER BY ask.key`;

export const DELETE_MENTIONS = `
  DELETE FROM mentions WHERE (deal_id, mentioned_at, kind, name) IN (
    SELECT deal_id, mentioned_at, kind, name FROM mentions WHERE mentioned_at < ?1 LIMIT ?2)`;
