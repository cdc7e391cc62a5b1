// What happened around an account, kept for `recent_signals` and for the intent that behaviour shows. Rules: one row a
// signal, under the company's domain where it is known, so that two CRMs and a report mean one company; a row of a
// visitor moves to the account once somebody says who the visitor is; nothing later than a signal is told to it.
import type { SignalReceived } from "#contract/signal-received.ts";

export type ActivityRow = { account: string; fired_at: string; signal_id: string; event: string };

/** Newest first. */
export type RecentSignal = { signal_id: string; event: string; fired_at: string };

export const RECENT_DAYS = 30;
/** The contract takes 50. */
export const MAX_RECENT = 50;
/** More of one kind say nothing more: the score of behaviour is at its end long before. */
const MAX_COUNTED = 200;

/** That some field of a record was changed, without a word for what it means. */
const SOME_CHANGE = /\.(property_changed|updated|changed_unseen)$/;

/** The row of a signal; null when nobody could ever be told of it. A CRM's small changes are noise, and most of all writes. */
export function activityOf(signal: SignalReceived, account: string | null): ActivityRow | null {
  const { fired_at, signal_id, signal_type, urgency, payload } = signal;
  const isNoise = signal_type === "crm_event" && (urgency === "low" || SOME_CHANGE.test(payload.event));
  if (account === null || isNoise) return null;
  return { account, fired_at, signal_id, event: payload.event };
}

/**
 * ?1 is a JSON array of ActivityRow. A visitor whom somebody named while this signal was on its way is looked up here,
 * in the same statement, so that no order of batches leaves a row behind. A row that is there costs no write.
 */
export const KEEP_ACTIVITY = `
  INSERT OR IGNORE INTO activity (account, fired_at, signal_id, event)
  SELECT coalesce(employer.resolves_to, alias.resolves_to, row.value->>'account'),
    row.value->>'fired_at', row.value->>'signal_id', row.value->>'event'
  FROM json_each(?1) AS row
  LEFT JOIN aliases AS alias ON alias.reference = row.value->>'account'
  LEFT JOIN aliases AS employer ON employer.reference = alias.resolves_to`;

/** ?1 is a JSON array of the references that an alias was learned for. */
export const MOVE_ACTIVITY = `
  UPDATE OR REPLACE activity SET account = (
    SELECT coalesce(employer.resolves_to, alias.resolves_to) FROM aliases AS alias
    LEFT JOIN aliases AS employer ON employer.reference = alias.resolves_to
    WHERE alias.reference = activity.account)
  WHERE account IN (SELECT value FROM json_each(?1) WHERE value IN (SELECT reference FROM aliases))`;

const WINDOW = "account = ask.value->>'account' AND fired_at >= ask.value->>'from' AND fired_at < ask.value->>'to'";

/**
 * ?1 is a JSON array of `{account, from, to}`. Answers for each, by its place `n`, the newest rows from `from` up to and
 * without `to`, and how many there were of each event.
 */
export const READ_ACTIVITY = `
  SELECT ask.key AS n,
    (SELECT json_group_array(json_object('signal_id', signal_id, 'event', event, 'fired_at', fired_at)) FROM (
      SELECT signal_id, event, fired_at FROM activity WHERE ${WINDOW}
      ORDER BY fired_at DESC, signal_id DESC LIMIT ${MAX_RECENT})) AS recent,
    (SELECT json_group_object(event, n) FROM (SELECT event, count(*) AS n FROM (
      SELECT event FROM activity WHERE ${WINDOW} ORDER BY fired_at DESC, signal_id DESC LIMIT ${MAX_COUNTED})
      GROUP BY event)) AS counts
  FROM json_each(?1) AS ask ORDER BY ask.key`;

export const DELETE_ACTIVITY = `
  DELETE FROM activity WHERE (account, fired_at, signal_id) IN (
    SELECT account, fired_at, signal_id FROM activity WHERE fired_at < ?1 LIMIT ?2)`;
