// What companies read about, in D1: one statement for each part of a report. Rules: an older report changes nothing,
// and the same part written again answers the same, so that a redelivery leads to the same signals.
import type { IntentObserved } from "#contract/intent-observed.ts";

/** A topic of a domain as it is kept now; `previous_score` is the last earlier report's, null when none named it. */
export type KeptIntent = { domain: string; topic: string; score: number; previous_score: number | null };

/** Weekly reports of two months: what a signal of a month ago compared with a month before it. */
const MAX_EARLIER = 9;

/** The report that is replaced, and those before it. */
export const EARLIER = `(SELECT json_group_array(json(one)) FROM (
      SELECT json_array(intent.report_date, intent.score) AS one
      UNION ALL SELECT value FROM json_each(intent.earlier) LIMIT ${MAX_EARLIER}))`;

/**
 * ?1 is what `reportRows` gives, ?2 the source, ?3 the date of the report.
 * Of two scores on one day the higher counts, so that neither the order of parts nor a repetition matters. Every row
 * that is not older than what is kept is answered; SQLite can't filter what RETURNING gives.
 */
export const KEEP = `
  INSERT INTO intent (domain, topic, source, score, report_date, first_seen)
  SELECT value->>'domain', value->>'topic', ?2, value->>'score', ?3, ?3 FROM json_each(?1) WHERE true
  ON CONFLICT (domain, topic, source) DO UPDATE SET
    score = CASE WHEN excluded.report_date > intent.report_date THEN excluded.score
      ELSE max(excluded.score, intent.score) END,
    previous_score = CASE WHEN excluded.report_date > intent.report_date THEN intent.score
      ELSE intent.previous_score END,
    earlier = CASE WHEN excluded.report_date > intent.report_date THEN ${EARLIER} ELSE intent.earlier END,
    report_date = excluded.report_date
  WHERE excluded.report_date >= intent.report_date
  RETURNING domain, topic, score, previous_score`;

/** ?1 of KEEP: JSON of the rows of a part, each topic of a domain once, with its highest score. */
export function reportRows({ rows }: IntentObserved): string {
  const once = new Map<string, { domain: string; topic: string; score: number }>();
  for (const { domain, topic, score } of rows) {
    const key = `${domain} ${topic}`;
    once.set(key, { domain, topic, score: Math.max(score, once.get(key)?.score ?? 0) });
  }
  return JSON.stringify([...once.values()]);
}

/** Keeps the rows of one part and answers them as kept; rejects with D1's error. */
export function createIntentStore(db: D1Database): (part: IntentObserved) => Promise<readonly KeptIntent[]> {
  const statement = db.prepare(KEEP);
  return async (part) => {
    const { source, report_date: date } = part;
    return (await statement.bind(reportRows(part), source, date).all<KeptIntent>()).results;
  };
}
