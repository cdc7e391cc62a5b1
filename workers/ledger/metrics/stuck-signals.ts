// Signals that came to no fate: what a fate that is never told looks like, and what a lost event would. Rule: it looks at
// what moved between three hours ago and one, and at those that were stuck before, so that its cost is that of two hours.

/** More than this are not a list that anybody reads. */
const MAX_STUCK = 100;
const HOUR_MS = 3_600_000;

const FOUND = `SELECT s.signal_id FROM links AS l, json_each(l.signals) AS t
  CROSS JOIN signals AS s ON s.signal_id = t.value
  WHERE l.at >= ?1 AND l.at < ?2 AND s.link = l.seq AND s.fate = 'in_progress' LIMIT ${MAX_STUCK}`;
const STILL = `SELECT s.signal_id FROM jobs AS j, json_each(j.measured) AS t
  CROSS JOIN signals AS s ON s.signal_id = t.value WHERE j.job = 'hourly' AND s.fate = 'in_progress'`;
const KEEP = `INSERT INTO jobs VALUES ('hourly', ?2, 'ok', ?1) ON CONFLICT (job) DO UPDATE SET measured = ?1`;

/** Keeps them where the job of every minute reads them; their number. */
export async function findStuck(db: D1Database, now: number): Promise<number> {
  const at = (hoursAgo: number) => new Date(now - hoursAgo * HOUR_MS).toISOString();
  const idsOf = ({ results }: D1Result<{ signal_id: string }>) => results.map(({ signal_id }) => signal_id);
  const [still, found] = await Promise.all([
    db.prepare(STILL).all<{ signal_id: string }>(),
    db.prepare(FOUND).bind(at(3), at(1)).all<{ signal_id: string }>(),
  ]);
  const stuck = [...new Set([...idsOf(still), ...idsOf(found)])].slice(0, MAX_STUCK);
  await db.prepare(KEEP).bind(JSON.stringify(stuck), new Date(now).toISOString()).run();
  return stuck.length;
}
