// The signals of the past, as `enrich` handed them over: the `enriched` step of the trail keeps each whole. Rules: pages
// by the time they were received, so that memory stays small however many there are; this is the only place that knows
// where they are kept; a row that can't be read any more (erased, of an unknown form) is counted and passed over.
import { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Sql } from "./store.ts";

/** A signal is some 3 KB, so a page stays far under what one answer of D1 may hold. */
const PAGE = 200;

const PAGE_OF_SIGNALS = `
  SELECT s.signal_id AS signal_id, s.received_at AS received_at, (
    SELECT json_extract(t.data, '$.signal') FROM trail t
    WHERE t.signal_id = s.signal_id AND t.layer = 'enrich' AND t.step = 'enriched'
    ORDER BY t.at DESC LIMIT 1
  ) AS signal
  FROM signals s
  WHERE (s.received_at, s.signal_id) > (?, ?) AND s.received_at < ?
  ORDER BY s.received_at, s.signal_id LIMIT ?`;

/** Instants; `from` counts, `to` does not. */
export type Period = { from: string; to: string };

/** How many signals were received in the period, readable or not. */
export async function countSignals(sql: Sql, { from, to }: Period): Promise<number> {
  const [row] = await sql("SELECT COUNT(*) AS n FROM signals WHERE received_at >= ? AND received_at < ?", [from, to]);
  return Number(row?.n ?? 0);
}

/** The signals of the period, oldest first; null for one that can't be read. */
export async function* storedSignals(sql: Sql, { from, to }: Period): AsyncGenerator<SignalEnriched | null> {
  let after: readonly [string, string] = [from, ""];
  for (;;) {
    const rows = await sql(PAGE_OF_SIGNALS, [...after, to, PAGE]);
    for (const row of rows) yield readSignal(row.signal);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [String(last.received_at), String(last.signal_id)];
  }
}

function readSignal(text: unknown): SignalEnriched | null {
  if (typeof text !== "string") return null;
  try {
    return SignalEnriched.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
