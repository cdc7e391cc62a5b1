// The signals of the past, as `enrich` handed them over: the `enriched` step of the trail keeps each whole. Rules: pages
// along the links of the trail, so that memory stays small however many there are; this is the only place that knows
// where they are kept; a row that can't be read any more (erased, of an unknown form) is named, and so is one that
// never came to a decision, because it is still on its way or was given up before.
import { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Sql } from "./store.ts";

/** A signal is some 3 KB, so a page stays far under what one answer of D1 may hold. */
const PAGE = 200;

/** Of each signal the newest link that has it, so that it comes once; a link is made after its signals were received. */
const OF_PERIOD = `FROM links AS l, json_each(l.signals) AS t CROSS JOIN signals AS s ON s.signal_id = t.value
  WHERE l.at >= ?1 AND s.link = l.seq AND s.received_at >= ?1 AND s.received_at < ?2`;

const PAGE_OF_SIGNALS = `
  SELECT l.seq AS seq, t.key AS position, (
    SELECT coalesce(json_extract(step.value, '$.data.signal'), '') FROM json_each(s.trail) AS step
    WHERE step.value->>'layer' = 'enrich' AND step.value->>'step' = 'enriched'
    ORDER BY step.key DESC LIMIT 1
  ) AS signal
  ${OF_PERIOD} AND l.seq >= ?3 AND (l.seq > ?3 OR t.key > ?4)
  ORDER BY l.seq, t.key LIMIT ?5`;

/** Instants; `from` counts, `to` does not. */
export type Period = { from: string; to: string };

/** Null can't be read any more; `undecided` was never enriched, so that there was nothing to decide. */
export type StoredSignal = SignalEnriched | "undecided" | null;

/** How many signals were received in the period, whatever became of them. */
export async function countSignals(sql: Sql, { from, to }: Period): Promise<number> {
  const [row] = await sql(`SELECT COUNT(*) AS n ${OF_PERIOD}`, [from, to]);
  return Number(row?.n ?? 0);
}

/** The signals of the period, those first that moved last the longest ago. */
export async function* storedSignals(sql: Sql, { from, to }: Period): AsyncGenerator<StoredSignal> {
  let after: readonly [number, number] = [-1, -1];
  for (;;) {
    const rows = await sql(PAGE_OF_SIGNALS, [from, to, ...after, PAGE]);
    for (const row of rows) yield readSignal(row.signal);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [Number(last.seq), Number(last.position)];
  }
}

function readSignal(text: unknown): StoredSignal {
  if (typeof text !== "string") return "undecided";
  try {
    return SignalEnriched.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
