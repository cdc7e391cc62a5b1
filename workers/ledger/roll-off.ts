// Old signals leave D1 for R2, day by day: one file a link and day of gzip JSON lines, which `console` reads as if they
// were still there. Rule: a signal is deleted only after the file that has it is safe; what is done twice is the same file.

import { ROLLED_PREFIX } from "#contract/kept-step.ts";
import type { RolledSignal } from "#contract/rolled-signal.ts";
import { readRolled, rolledBytes } from "#contract/rolled-signal.ts";
import type { Log } from "#runtime/log.ts";
import type { StoredSignal } from "./store.ts";

export type RolledStore = {
  /** The signals of a file; none when it is gone. */
  read(key: string): Promise<RolledSignal[]>;
  write(key: string, lines: readonly RolledSignal[]): Promise<void>;
  /** Data of steps that was put aside. */
  deleteAside(keys: readonly string[]): Promise<void>;
};

/** The part of a bucket that is needed. */
export type TrailBucket = {
  get(key: string): Promise<{ body: ReadableStream<Uint8Array> } | null>;
  put(key: string, value: ArrayBuffer | string): Promise<unknown>;
  delete(keys: string[]): Promise<unknown>;
};

export function createRolledStore(bucket: TrailBucket): RolledStore {
  return {
    async read(key) {
      const file = await bucket.get(key);
      return file === null ? [] : readRolled(file.body);
    },
    async write(key, lines) {
      await bucket.put(key, await rolledBytes(lines));
    },
    async deleteAside(keys) {
      if (keys.length > 0) await bucket.delete([...keys]);
    },
  };
}

const DAY_MS = 86_400_000;
/** A call of cron has minutes; what is left is taken the next night. */
const LINKS_A_RUN = 2_000;

type OldLink = { seq: number; at: string };

const OLD_LINKS = "SELECT seq, at FROM links WHERE rolled_to IS NULL AND at < ?1 ORDER BY at LIMIT ?2";
const SIGNALS_OF_LINK = `SELECT s.* FROM links AS l, json_each(l.signals) AS t
  CROSS JOIN signals AS s ON s.signal_id = t.value WHERE l.seq = ?1 AND s.link = ?1`;
const ACTIONS_OF_LINK = `SELECT a.signal_id, a.snapshot FROM links AS l, json_each(l.signals) AS t
  CROSS JOIN signals AS s ON s.signal_id = t.value, json_each(s.actions) AS named
  CROSS JOIN approvals AS a ON a.action_id = named.value WHERE l.seq = ?1 AND s.link = ?1`;

/** Rolls off what did not move for `keptDays`; how many signals. */
export async function rollOff(
  db: D1Database,
  rolled: RolledStore,
  keptDays: number,
  now: number,
  log: Log,
): Promise<number> {
  const before = new Date(now - keptDays * DAY_MS).toISOString();
  const { results: links } = await db.prepare(OLD_LINKS).bind(before, LINKS_A_RUN).all<OldLink>();
  let count = 0;
  for (const { seq, at } of links) {
    const { results: signals } = await db.prepare(SIGNALS_OF_LINK).bind(seq).all<StoredSignal>();
    const { results: actions } = await db
      .prepare(ACTIONS_OF_LINK)
      .bind(seq)
      .all<{ signal_id: string; snapshot: string }>();
    const snapshotsOf = Map.groupBy(actions, ({ signal_id }) => signal_id);
    const key = `${ROLLED_PREFIX}${at.slice(0, 10)}/${String(seq).padStart(12, "0")}.ndjson.gz`;
    const lines = signals.map((signal) => ({
      ...signal,
      snapshots: (snapshotsOf.get(signal.signal_id) ?? []).map(({ snapshot }) => snapshot),
    }));
    if (lines.length > 0) await rolled.write(key, lines);
    const ofLink = `IN (SELECT t.value FROM links AS l, json_each(l.signals) AS t WHERE l.seq = ?1)`;
    const actionsOfLink = `IN (SELECT named.value FROM signals AS s, json_each(s.actions) AS named
      WHERE s.signal_id ${ofLink} AND s.link = ?1)`;
    await db.batch([
      db.prepare(`DELETE FROM cards WHERE action_id ${actionsOfLink}`).bind(seq),
      db.prepare(`DELETE FROM approvals WHERE action_id ${actionsOfLink}`).bind(seq),
      db.prepare(`DELETE FROM signals WHERE signal_id ${ofLink} AND link = ?1`).bind(seq),
      db.prepare("UPDATE links SET rolled_to = ?2, marks = '' WHERE seq = ?1").bind(seq, lines.length > 0 ? key : ""),
    ]);
    count += lines.length;
  }
  log("info", "rolled_off", { links: links.length, signals: count, before });
  return count;
}
