// Dead letters, their issues and their replays in D1, as people read and change them. Rule: what a person does is one
// statement over the letters that are still open, so that two people can't replay the same letter.
import * as z from "zod";
import { type LetterFilter, ReplayHow } from "#web/api/letters-body.ts";
import { LetterRow } from "#web/read-rows.ts";
import type { Sql } from "#web/row-reader.ts";
import { whereOpen } from "./filter.ts";

export const IssueRow = z.object({
  fingerprint: z.string(),
  queue: z.string(),
  stage: z.string(),
  code: z.string(),
  reason: z.string(),
  state: z.string(),
  first_at: z.string(),
  last_at: z.string(),
  letters: z.number(),
  /** Of those, how many wait for a person. */
  open: z.number(),
  reopened: z.number(),
  changed_by: z.string().nullable(),
  changed_at: z.string().nullable(),
});
export type IssueRow = z.infer<typeof IssueRow>;

export const ReplayRow = z.object({
  replay_id: z.string(),
  filter: z.string(),
  how: ReplayHow,
  total: z.number(),
  done: z.number(),
  state: z.enum(["running", "done", "aborted"]),
  requested_by: z.string(),
  requested_at: z.string(),
  changed_at: z.string(),
});
export type ReplayRow = z.infer<typeof ReplayRow>;

export type Preview = {
  count: number;
  by_queue: readonly { queue: string; count: number }[];
  /** What the signals of these letters did already, and will not do again. */
  effects: readonly { type: string; count: number; examples: readonly string[] }[];
};

/** What a person did, as it is added to the history of a letter. */
export type Deed = { at: string; by: string; did: string } & Readonly<Record<string, unknown>>;

const ISSUE = `SELECT i.*, (SELECT count(*) FROM dead_letters AS l
  WHERE l.fingerprint = i.fingerprint AND l.state = 'open') AS open FROM dead_letter_issues AS i`;
const MAX_ISSUES = 200;
const EXAMPLES = 5;
const DONE_STATES = "('executed', 'compensating', 'compensated', 'compensation_failed')";

const Count = z.object({ count: z.number() });
const QueueCount = z.object({ queue: z.string(), count: z.number() });
const EffectCount = z.object({ type: z.string(), count: z.number(), examples: z.string() });
const Texts = z.array(z.string().nullable());
const Changed = z.object({ letter_id: z.string() });

export type LetterStore = ReturnType<typeof createLetterStore>;

export function createLetterStore(sql: Sql) {
  const addDeed = "history = json_insert(history, '$[#]', json(?))";

  return {
    /** Those with an open letter or of the given state, the newest first. */
    async issues(state: string | null): Promise<IssueRow[]> {
      const where = state === null ? "WHERE i.state <> 'resolved'" : "WHERE i.state = ?";
      const rows = await sql(
        `${ISSUE} ${where} ORDER BY i.last_at DESC LIMIT ${MAX_ISSUES}`,
        state === null ? [] : [state],
      );
      return z.array(IssueRow).parse(rows);
    },
    async issue(fingerprint: string): Promise<IssueRow | null> {
      return z.array(IssueRow).parse(await sql(`${ISSUE} WHERE i.fingerprint = ?`, [fingerprint]))[0] ?? null;
    },
    async setIssue(fingerprint: string, state: string, by: string, at: string): Promise<void> {
      await sql("UPDATE dead_letter_issues SET state = ?, changed_by = ?, changed_at = ? WHERE fingerprint = ?", [
        state,
        by,
        at,
        fingerprint,
      ]);
    },
    async letter(letterId: string): Promise<LetterRow | null> {
      return (
        z.array(LetterRow).parse(await sql("SELECT * FROM dead_letters WHERE letter_id = ?", [letterId]))[0] ?? null
      );
    },
    /** Open ones, the oldest first; `after` is the last id of the page before. */
    async open(filter: LetterFilter, after: string, limit: number): Promise<LetterRow[]> {
      const { sql: where, parameters } = whereOpen(filter);
      const statement = `SELECT l.* FROM dead_letters AS l WHERE ${where} AND l.letter_id > ? ORDER BY l.letter_id LIMIT ?`;
      return z.array(LetterRow).parse(await sql(statement, [...parameters, after, limit]));
    },
    async count(filter: LetterFilter): Promise<number> {
      const { sql: where, parameters } = whereOpen(filter);
      const rows = await sql(`SELECT count(*) AS count FROM dead_letters AS l WHERE ${where}`, parameters);
      return Count.safeParse(rows[0]).data?.count ?? 0;
    },
    async preview(filter: LetterFilter): Promise<Preview> {
      const { sql: where, parameters } = whereOpen(filter);
      const queues = `SELECT l.queue AS queue, count(*) AS count FROM dead_letters AS l WHERE ${where} GROUP BY l.queue`;
      const effects = `SELECT type, count(*) AS count,
          json_group_array(summary) FILTER (WHERE place <= ${EXAMPLES}) AS examples
        FROM (SELECT a.type AS type, a.snapshot->>'$.effect.summary' AS summary,
            row_number() OVER (PARTITION BY a.type ORDER BY a.action_id) AS place
          FROM approvals AS a WHERE a.state IN ${DONE_STATES} AND a.action_id IN
            (SELECT j.value FROM dead_letters AS l JOIN signals AS s ON s.signal_id = l.signal_id, json_each(s.actions) AS j
             WHERE ${where}))
        GROUP BY type`;
      const [byQueue, done] = await Promise.all([sql(queues, parameters), sql(effects, parameters)]);
      const by_queue = z.array(QueueCount).parse(byQueue);
      return {
        count: by_queue.reduce((sum, { count }) => sum + count, 0),
        by_queue,
        effects: z
          .array(EffectCount)
          .parse(done)
          .map(({ examples, ...row }) => ({
            ...row,
            examples: Texts.parse(JSON.parse(examples)).flatMap((each) => each ?? []),
          })),
      };
    },
    /**
     * Takes the open letters that are meant; nobody else can from now on. The replay is noted before, so that letters that
     * were taken by a Worker that died then are not held by nobody.
     */
    async begin(replay: Omit<ReplayRow, "total" | "filter"> & { filter: LetterFilter }): Promise<ReplayRow> {
      const { sql: where, parameters } = whereOpen(replay.filter);
      const { replay_id, how, done, state, requested_by, requested_at, changed_at } = replay;
      const filter = JSON.stringify(replay.filter);
      const noted = [replay_id, filter, how, 0, done, state, requested_by, requested_at, changed_at];
      await sql("INSERT INTO replays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", noted);
      await sql(`UPDATE dead_letters AS l SET state = 'replaying', replay_id = ? WHERE ${where}`, [
        replay_id,
        ...parameters,
      ]);
      const counted = `UPDATE replays SET total =
        (SELECT count(*) FROM dead_letters WHERE replay_id = ?1) WHERE replay_id = ?1 RETURNING total AS count`;
      const total = Count.safeParse((await sql(counted, [replay_id]))[0]).data?.count ?? 0;
      return { ...replay, filter, total };
    },
    async replay(replayId: string): Promise<ReplayRow | null> {
      return z.array(ReplayRow).parse(await sql("SELECT * FROM replays WHERE replay_id = ?", [replayId]))[0] ?? null;
    },
    /** The newest first. */
    async replays(limit: number): Promise<ReplayRow[]> {
      return z.array(ReplayRow).parse(await sql("SELECT * FROM replays ORDER BY requested_at DESC LIMIT ?", [limit]));
    },
    /** Those that are not at their end; the oldest first. */
    async running(): Promise<ReplayRow[]> {
      const statement = "SELECT * FROM replays WHERE state = 'running' ORDER BY requested_at LIMIT 20";
      return z.array(ReplayRow).parse(await sql(statement, []));
    },
    async replaying(replayId: string, limit: number): Promise<LetterRow[]> {
      const statement = "SELECT * FROM dead_letters WHERE replay_id = ? AND state = 'replaying' LIMIT ?";
      return z.array(LetterRow).parse(await sql(statement, [replayId, limit]));
    },
    async settle(
      replayId: string,
      letterIds: readonly string[],
      state: "replayed" | "open",
      deed: Deed,
    ): Promise<void> {
      await sql(
        `UPDATE dead_letters SET state = ?, ${addDeed}
         WHERE letter_id IN (SELECT value FROM json_each(?)) AND replay_id = ? AND state = 'replaying'`,
        [state, JSON.stringify(deed), JSON.stringify(letterIds), replayId],
      );
      // Counted, not added up: two who take up the same replay settle the same letters.
      await sql(
        `UPDATE replays SET changed_at = ?1, done = max(0, total -
           (SELECT count(*) FROM dead_letters WHERE replay_id = ?2 AND state = 'replaying')) WHERE replay_id = ?2`,
        [deed.at, replayId],
      );
    },
    /** A finished replay resolves the issues that have no open letter left. */
    async finish(replayId: string, by: string, at: string): Promise<void> {
      await sql("UPDATE replays SET state = 'done', changed_at = ? WHERE replay_id = ? AND state = 'running'", [
        at,
        replayId,
      ]);
      await sql(
        `UPDATE dead_letter_issues AS i SET state = 'resolved', changed_by = ?, changed_at = ? WHERE i.state <> 'resolved'
         AND i.fingerprint IN (SELECT fingerprint FROM dead_letters WHERE replay_id = ?)
         AND NOT EXISTS (SELECT 1 FROM dead_letters AS l
           WHERE l.fingerprint = i.fingerprint AND l.state IN ('open', 'replaying'))`,
        [by, at, replayId],
      );
    },
    /** What was not published yet waits for a person again. */
    async abort(replayId: string, at: string): Promise<void> {
      await sql("UPDATE replays SET state = 'aborted', changed_at = ? WHERE replay_id = ? AND state = 'running'", [
        at,
        replayId,
      ]);
      await sql(
        "UPDATE dead_letters SET state = 'open', replay_id = NULL WHERE replay_id = ? AND state = 'replaying'",
        [replayId],
      );
    },
    /** How many were discarded; issues without an open letter are resolved. */
    async discard(filter: LetterFilter, deed: Deed): Promise<number> {
      const { sql: where, parameters } = whereOpen(filter);
      const rows = await sql(
        `UPDATE dead_letters AS l SET state = 'discarded', ${addDeed} WHERE ${where} RETURNING letter_id`,
        [JSON.stringify(deed), ...parameters],
      );
      const ids = z
        .array(Changed)
        .parse(rows)
        .map(({ letter_id }) => letter_id);
      await sql(
        `UPDATE dead_letter_issues AS i SET state = 'resolved', changed_by = ?, changed_at = ? WHERE i.state <> 'resolved'
         AND i.fingerprint IN (SELECT fingerprint FROM dead_letters WHERE letter_id IN (SELECT value FROM json_each(?)))
         AND NOT EXISTS (SELECT 1 FROM dead_letters AS l
           WHERE l.fingerprint = i.fingerprint AND l.state IN ('open', 'replaying'))`,
        [deed.by, deed.at, JSON.stringify(ids)],
      );
      return ids.length;
    },
    /** False when it is not open any more. */
    async mend(letterId: string, event: unknown, deed: Deed): Promise<boolean> {
      const rows = await sql(
        `UPDATE dead_letters SET event = ?, ${addDeed} WHERE letter_id = ? AND state = 'open' RETURNING letter_id`,
        [JSON.stringify(event), JSON.stringify(deed), letterId],
      );
      return rows.length > 0;
    },
  };
}
