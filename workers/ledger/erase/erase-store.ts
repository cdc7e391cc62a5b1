// Where somebody is found in D1 and in rolled-off files, and how they are taken out. Rules: what changes a trail takes a
// number in the chain, with no steps, so that a ledger that read the trail before has to read it again; tables that no
// index finds a name in are looked through whole, because this is rare and must miss nothing.

import { linkDigest } from "#contract/kept-step.ts";
import type { erasures } from "#contract/tables.ts";
import { jsonArrays } from "../json-arrays.ts";
import type { SignalRow } from "../merge.ts";
import type { RolledStore } from "../roll-off.ts";
import { STATEMENTS } from "../statements.ts";
import { type Store, type StoredSignal, signalRow, storedSignal } from "../store.ts";
import { asideKeys, blankSignal, rawRefs, relabelled, speaksOf } from "./blank.ts";
import { isNamed, type Names, otherNames } from "./names.ts";

type Erasure = typeof erasures.$inferSelect;
type Terms = ReadonlySet<string>;
type LinkOf = { seq: number; terms: string; signals: string; rolled_to: string | null };

export type EraseStore = {
  stateOf(erasureId: string): Promise<{ state: string; counts: Record<string, number> } | null>;
  note(erasure: Erasure): Promise<void>;
  /** Other names of the same person, by what is known of them. */
  moreNames(names: Names, terms: Terms): Promise<ReadonlySet<string>>;
  /** The Deal objects that may hold something about them. */
  dealsOf(names: Names, terms: Terms): Promise<readonly string[]>;
  /** The raw bodies of signals about them. */
  rawKeysOfSignals(terms: Terms): Promise<readonly string[]>;
  /** How many. */
  blankSignals(names: Names, terms: Terms): Promise<number>;
  /** The raw bodies of dead letters about them: of what was not understood there is no signal. */
  rawKeysOfLetters(names: Names): Promise<readonly string[]>;
  /** Everything but trails; how many rows of each kind. */
  deleteRows(names: Names): Promise<Record<string, number>>;
  /** So that what arrives late is known; `until` is an Instant. */
  remember(terms: Terms, until: string): Promise<void>;
};

/** Links are looked at one after another; so many at a time is what one answer of D1 holds. */
const LINKS = 20;
const LETTER_TEXT = "reason || ' ' || event || ' ' || history";
const TRIES = 10;

export function createEraseStore(
  db: D1Database,
  chain: Pick<Store, "read">,
  rolled: RolledStore,
  now: () => number,
): EraseStore {
  const linksWith = async (terms: Iterable<string>): Promise<number[]> => {
    const match = [...terms].map((term) => `"${term}"`).join(" OR ");
    if (match === "") return [];
    const found = await db
      .prepare("SELECT rowid AS seq FROM search WHERE search MATCH ?1")
      .bind(match)
      .all<{ seq: number }>();
    return found.results.map(({ seq }) => seq);
  };
  const readLinks = async (seqs: readonly number[]): Promise<LinkOf[]> => {
    const statement = "SELECT seq, terms, signals, rolled_to FROM links WHERE seq IN (SELECT value FROM json_each(?1))";
    return (await db.prepare(statement).bind(JSON.stringify(seqs)).all<LinkOf>()).results;
  };
  const rowsOf = async (signalIds: string): Promise<SignalRow[]> => {
    const statement = "SELECT * FROM signals WHERE signal_id IN (SELECT value FROM json_each(?1))";
    return (await db.prepare(statement).bind(signalIds).all<StoredSignal>()).results.map(signalRow);
  };

  /** Each link that has one of the terms, with those of its signals that do. */
  async function* about(terms: Terms): AsyncGenerator<{ link: LinkOf; rows: SignalRow[] }> {
    const seqs = await linksWith(terms);
    for (let start = 0; start < seqs.length; start += LINKS) {
      for (const link of await readLinks(seqs.slice(start, start + LINKS))) {
        yield { link, rows: (await rowsOf(link.signals)).filter((row) => speaksOf(row, terms)) };
      }
    }
  }

  /** Between its read and its write another ledger may take the number; then it is done again. */
  async function blankLink(link: LinkOf, names: Names, terms: Terms): Promise<SignalRow[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await blankOnce(link, names, terms);
      } catch (error) {
        if (attempt === TRIES || !/UNIQUE constraint failed: links/.test(String(error))) throw error;
      }
    }
  }

  async function blankOnce(link: LinkOf, names: Names, terms: Terms): Promise<SignalRow[]> {
    const { head } = await chain.read([]);
    const all = await rowsOf(link.signals);
    const theirs = all.filter((row) => speaksOf(row, terms));
    await rolled.deleteAside(theirs.flatMap(asideKeys));
    const blanked = theirs.map((row) => blankSignal(row, names, terms));
    const left = [...all.filter((row) => !theirs.includes(row)), ...blanked];
    const seq = head.seq + 1;
    const at = new Date(now()).toISOString();
    const digest = await linkDigest(head.digest, seq, []);
    const { sql, columns } = STATEMENTS.signals;
    await db.batch([
      db.prepare("INSERT INTO links VALUES (?1, ?2, ?3, ?4, '[]', ' ', NULL, '')").bind(seq, at, head.digest, digest),
      ...jsonArrays(blanked.map(storedSignal), columns).map((json) => db.prepare(sql).bind(json)),
      db
        .prepare("INSERT INTO search (search, rowid, terms) SELECT 'delete', seq, terms FROM links WHERE seq = ?1")
        .bind(link.seq),
      db
        .prepare("UPDATE links SET terms = ?2, marks = '' WHERE seq = ?1")
        .bind(link.seq, relabelled(link.terms, left, terms)),
      db.prepare("INSERT INTO search (rowid, terms) SELECT seq, terms FROM links WHERE seq = ?1").bind(link.seq),
    ]);
    return theirs;
  }

  async function blankRolled(key: string, names: Names, terms: Terms): Promise<SignalRow[]> {
    const lines = await rolled.read(key);
    const theirs = lines.filter((line) => speaksOf(signalRow(line), terms));
    if (theirs.length === 0) return [];
    await rolled.deleteAside(theirs.map(signalRow).flatMap(asideKeys));
    const blank = (line: (typeof lines)[number]) => ({
      ...storedSignal(blankSignal(signalRow(line), names, terms)),
      snapshots: [],
    });
    await rolled.write(
      key,
      lines.map((line) => (theirs.includes(line) ? blank(line) : line)),
    );
    return theirs.map(signalRow);
  }

  /** The keys of rows whose text has a name. */
  async function named(select: string, names: Names): Promise<string[]> {
    const wanted = JSON.stringify([...names]);
    const sql = `SELECT * FROM (${select}) WHERE EXISTS (SELECT 1 FROM json_each(?1) AS n WHERE instr(lower(body), n.value) > 0)`;
    const rows = await db.prepare(sql).bind(wanted).all<{ id: string; body: string }>();
    return rows.results.filter(({ body }) => isNamed(body, names)).map(({ id }) => id);
  }

  return {
    async stateOf(erasureId) {
      const row = await db.prepare("SELECT * FROM erasures WHERE erasure_id = ?1").bind(erasureId).first<Erasure>();
      return row === null ? null : { state: row.state, counts: JSON.parse(row.counts) };
    },

    async note({ erasure_id, requested_by, requested_at, state, swept_at, counts }) {
      const sql = `INSERT INTO erasures VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (erasure_id)
        DO UPDATE SET state = excluded.state, swept_at = excluded.swept_at, counts = excluded.counts`;
      await db.prepare(sql).bind(erasure_id, requested_by, requested_at, state, swept_at, counts).run();
    },

    async moreNames(names, terms) {
      const found = new Set<string>();
      const aliases = "SELECT reference FROM aliases WHERE lower(resolves_to) IN (SELECT value FROM json_each(?1))";
      const rows = await db
        .prepare(aliases)
        .bind(JSON.stringify([...names]))
        .all<{ reference: string }>();
      for (const { reference } of rows.results) found.add(reference.toLowerCase());
      for await (const { rows: theirs } of about(terms)) {
        for (const { trail } of theirs) for (const { data } of trail) otherNames(data, names, found);
      }
      return found;
    },

    async dealsOf(names, terms) {
      const deals = new Set<string>();
      const actions = await named("SELECT action_id AS id, subject || ' ' || snapshot AS body FROM approvals", names);
      for await (const { rows } of about(terms)) {
        for (const { deal_id, subject, actions: ids } of rows) {
          deals.add(deal_id ?? subject);
          actions.push(...ids);
        }
      }
      const subjects = "SELECT DISTINCT subject FROM approvals WHERE action_id IN (SELECT value FROM json_each(?1))";
      const found = await db.prepare(subjects).bind(JSON.stringify(actions)).all<{ subject: string }>();
      for (const { subject } of found.results) deals.add(subject);
      deals.delete("erased:0");
      return [...deals];
    },

    async blankSignals(names, terms) {
      const blanked: SignalRow[] = [];
      const links = new Set(await linksWith(terms));
      for (const seq of links) {
        const [link] = await readLinks([seq]);
        if (link === undefined) continue;
        const theirs = await blankLink(link, names, terms);
        if (link.rolled_to) theirs.push(...(await blankRolled(link.rolled_to, names, terms)));
        blanked.push(...theirs);
        // Earlier and later links of the same signals may have their words without their names.
        for (const other of await linksWith(theirs.map(({ signal_id }) => signal_id))) links.add(other);
      }
      return new Set(blanked.map(({ signal_id }) => signal_id)).size;
    },

    async rawKeysOfSignals(terms) {
      const keys = new Set<string>();
      for await (const { link, rows } of about(terms)) {
        // Rolled-off signals are older than any raw body.
        if (link.rolled_to === null) for (const key of rows.flatMap(rawRefs)) keys.add(key);
      }
      return [...keys];
    },

    rawKeysOfLetters: (names) =>
      named(`SELECT raw_ref AS id, ${LETTER_TEXT} AS body FROM dead_letters WHERE raw_ref IS NOT NULL`, names),

    async deleteRows(names) {
      const actions = await named("SELECT action_id AS id, subject || ' ' || snapshot AS body FROM approvals", names);
      const letters = await named(`SELECT letter_id AS id, ${LETTER_TEXT} AS body FROM dead_letters`, names);
      const issues = await named("SELECT fingerprint AS id, reason AS body FROM dead_letter_issues", names);
      const alerts = await named("SELECT alert AS id, summary AS body FROM alerts", names);
      const all = JSON.stringify([...names]);
      const domains = [...names].flatMap((name) => (name.startsWith("domain:") ? [name.slice("domain:".length)] : []));
      const inList = "IN (SELECT value FROM json_each(?1))";
      const statements = {
        approvals: db.prepare(`DELETE FROM approvals WHERE action_id ${inList}`).bind(JSON.stringify(actions)),
        dead_letters: db
          .prepare(
            `UPDATE dead_letters SET event = '"erased"', reason = 'Erased.', history = '[]', raw_ref = NULL,
              state = 'discarded' WHERE letter_id ${inList}`,
          )
          .bind(JSON.stringify(letters)),
        dead_letter_issues: db
          .prepare(`UPDATE dead_letter_issues SET reason = 'Erased.' WHERE fingerprint ${inList}`)
          .bind(JSON.stringify(issues)),
        // After the letters: an issue of which all were emptied waits for nobody.
        issues_resolved: db
          .prepare(
            `UPDATE dead_letter_issues AS i SET state = 'resolved', changed_by = 'ledger', changed_at = ?2
             WHERE i.state <> 'resolved' AND i.fingerprint IN
               (SELECT fingerprint FROM dead_letters WHERE letter_id ${inList})
             AND NOT EXISTS (SELECT 1 FROM dead_letters AS l
               WHERE l.fingerprint = i.fingerprint AND l.state IN ('open', 'replaying'))`,
          )
          .bind(JSON.stringify(letters), new Date(now()).toISOString()),
        // It says what the letters of an issue said.
        alerts: db.prepare(`UPDATE alerts SET summary = 'Erased.' WHERE alert ${inList}`).bind(JSON.stringify(alerts)),
        aliases: db
          .prepare(`DELETE FROM aliases WHERE lower(reference) ${inList} OR lower(resolves_to) ${inList}`)
          .bind(all),
        activity: db.prepare(`DELETE FROM activity WHERE lower(account) ${inList}`).bind(all),
        mentions: db.prepare(`DELETE FROM mentions WHERE lower(deal_id) ${inList}`).bind(all),
        intent: db.prepare(`DELETE FROM intent WHERE lower(domain) ${inList}`).bind(JSON.stringify(domains)),
      };
      const results = await db.batch(Object.values(statements));
      return Object.fromEntries(
        Object.keys(statements).map((kind, index) => [kind, results[index]?.meta.changes ?? 0]),
      );
    },

    async remember(terms, until) {
      const sql = `INSERT INTO erased_names SELECT value, ?2 FROM json_each(?1) WHERE true
        ON CONFLICT (term) DO UPDATE SET until = max(until, excluded.until)`;
      await db
        .prepare(sql)
        .bind(JSON.stringify([...terms]), until)
        .run();
    },
  };
}
