// Intent that arrives as signals and not as a report: another product's score for topics of a company. Rules: it is kept
// beside the reports, by its own source, so that one score is computed from all; a surge that `observe` made of a report
// is there already and costs no write.
import type { SignalReceived } from "#contract/signal-received.ts";
import type { TopicHistory } from "./intent-score.ts";
import { EARLIER } from "./intent-store.ts";

export type IntentSignalRow = { domain: string; topic: string; source: string; score: number; date: string };

/** The rows that a signal tells about its company; none when it names no topic or no score. */
export function intentRowsOf(signal: SignalReceived, domain: string | null): IntentSignalRow[] {
  const { topics = [], score } = signal.payload;
  if (signal.signal_type !== "intent" || domain === null || score === undefined) return [];
  const { source, fired_at: firedAt } = signal;
  return topics.map((topic) => ({ domain, topic, source, score, date: firedAt.slice(0, 10) }));
}

/** ?1 is a JSON array of IntentSignalRow, oldest first. Only what is new is written. */
export const KEEP_INTENT = `
  INSERT INTO intent (domain, topic, source, score, report_date, first_seen)
  SELECT value->>'domain', value->>'topic', value->>'source', value->>'score', value->>'date', value->>'date'
  FROM json_each(?1) WHERE true
  ON CONFLICT (domain, topic, source) DO UPDATE SET
    score = excluded.score,
    previous_score = CASE WHEN excluded.report_date > intent.report_date THEN intent.score
      ELSE intent.previous_score END,
    earlier = CASE WHEN excluded.report_date > intent.report_date
      THEN ${EARLIER} ELSE intent.earlier END,
    report_date = excluded.report_date
  WHERE excluded.report_date > intent.report_date
    OR (excluded.report_date = intent.report_date AND excluded.score > intent.score)`;

/** ?1 is a JSON array of domains. Answers the strongest topics of each. */
export const READ_INTENT = `
  SELECT ask.value AS domain,
    (SELECT json_group_array(json_array(topic, report_date, score, json(earlier))) FROM (
      SELECT topic, report_date, score, earlier FROM intent WHERE domain = ask.value
      ORDER BY score DESC, topic, source LIMIT 100)) AS topics
  FROM json_each(?1) AS ask ORDER BY ask.key`;

/** One element of `topics`, read. */
export type KeptTopic = readonly [topic: string, date: string, score: number, earlier: TopicHistory["reports"]];

export function historyOf([topic, date, score, earlier]: KeptTopic): TopicHistory {
  return { topic, reports: [[date, score], ...earlier] };
}

export const DELETE_INTENT = `
  DELETE FROM intent WHERE (domain, topic, source) IN (
    SELECT domain, topic, source FROM intent WHERE report_date < ?1 LIMIT ?2)`;
