// The versions of the rules in D1. Rules: a version is written once and never edited; which one is active is the newest
// row of the activations, so activation and roll-back are one insert each; only a document that compiles is kept.
import { deriveId } from "#runtime/digest.ts";
import type { StoredRuleset } from "./active-ruleset.ts";
import { compileText, type DocumentProblem } from "./parse-document.ts";

/** Runs one statement and answers its rows. */
export type Sql = (
  statement: string,
  parameters: readonly (string | number | null)[],
) => Promise<readonly Record<string, unknown>[]>;

export type RulesetVersion = {
  version: string;
  author: string;
  note: string;
  created_at: string;
  /** When it was last made the active one; null when it never was. */
  activated_at: string | null;
  activated_by: string | null;
  active: boolean;
};
type NewVersion = { document: string; author: string; note: string; now: string };
type Saved = { ok: true; version: string } | { ok: false; problems: readonly DocumentProblem[] };
type Activated = { ok: true; version: string } | { ok: false; reason: string };

const ACTIVE = `
  SELECT a.version AS version, r.document AS document
  FROM ruleset_activations a JOIN rulesets r ON r.version = a.version
  ORDER BY a.activated_at DESC LIMIT 1`;
const ACTIVE_THEN = `
  SELECT a.version AS version, r.document AS document
  FROM ruleset_activations a JOIN rulesets r ON r.version = a.version
  WHERE a.activated_at <= ? ORDER BY a.activated_at DESC LIMIT 1`;
const LIST = `
  SELECT r.version, r.author, r.note, r.created_at, a.activated_by, MAX(a.activated_at) AS activated_at,
    r.version = (SELECT version FROM ruleset_activations ORDER BY activated_at DESC LIMIT 1) AS active
  FROM rulesets r LEFT JOIN ruleset_activations a ON a.version = r.version
  GROUP BY r.version ORDER BY r.created_at DESC, r.version LIMIT ?`;
const INSERT = `
  INSERT INTO rulesets (version, document, author, note, created_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (version) DO NOTHING`;
/** Activations order by their instant; one that would not be the newest takes the instant after the newest. */
const ACTIVATE = `
  INSERT INTO ruleset_activations (activated_at, version, activated_by)
  SELECT MAX(?, COALESCE((SELECT strftime('%Y-%m-%dT%H:%M:%fZ', MAX(activated_at), '+0.001 seconds') FROM ruleset_activations), '')), version, ?
  FROM rulesets WHERE version = ? RETURNING version`;
const BEFORE = `
  SELECT version FROM ruleset_activations
  WHERE version <> (SELECT version FROM ruleset_activations ORDER BY activated_at DESC LIMIT 1)
  ORDER BY activated_at DESC LIMIT 1`;

/** The active version, or null when none was ever activated. */
export async function readActive(sql: Sql): Promise<StoredRuleset | null> {
  return storedOf(await sql(ACTIVE, []));
}

/** The version that was active at an Instant, or null when none was yet. */
export async function readActiveThen(sql: Sql, then: string): Promise<StoredRuleset | null> {
  return storedOf(await sql(ACTIVE_THEN, [then]));
}

/** The document of one version, or null when there is none of that name. */
export async function readVersion(sql: Sql, version: string): Promise<StoredRuleset | null> {
  return storedOf(await sql("SELECT version, document FROM rulesets WHERE version = ?", [version]));
}

/** Newest first. */
export async function listVersions(sql: Sql, limit: number): Promise<readonly RulesetVersion[]> {
  const rows = await sql(LIST, [limit]);
  return rows.map((row) => ({
    version: String(row.version),
    author: String(row.author),
    note: String(row.note),
    created_at: String(row.created_at),
    activated_at: textOrNull(row.activated_at),
    activated_by: textOrNull(row.activated_by),
    active: row.active === 1,
  }));
}

/**
 * Keeps a document that compiles as a new version, named for the day and its content: `2026-11-21-k7q2ma`. The same text
 * twice on one day is one version. `now` is an instant.
 */
export async function saveVersion(sql: Sql, { document, author, note, now }: NewVersion): Promise<Saved> {
  const digest = await deriveId("rules", [document]);
  const version = `${now.slice(0, 10)}-${digest.slice("rules_".length, "rules_".length + 6)}`;
  const compiled = compileText(document, version);
  if (!compiled.ok) return compiled;
  await sql(INSERT, [version, document, author, note, now]);
  return { ok: true, version };
}

/** Makes a stored version the active one, within 30 seconds everywhere. */
export async function activateVersion(sql: Sql, version: string, by: string, now: string): Promise<Activated> {
  const rows = await sql(ACTIVATE, [now, by, version]);
  return rows.length > 0 ? { ok: true, version } : { ok: false, reason: `there is no version ${version}` };
}

/** Stores the rules that ship under their own name, so that they can be activated like any other version. */
export async function keepShipped(sql: Sql, { version, document }: StoredRuleset, now: string): Promise<void> {
  await sql(INSERT, [version, document, "dealwire", "The rules that ship.", now]);
}

/** Activates the version that was active before the present one; twice is back where one was. */
export async function rollBack(sql: Sql, by: string, now: string): Promise<Activated> {
  const [before] = await sql(BEFORE, []);
  if (before === undefined) return { ok: false, reason: "no other version was active before this one" };
  return activateVersion(sql, String(before.version), by, now);
}

function storedOf([row]: readonly Record<string, unknown>[]): StoredRuleset | null {
  return row === undefined ? null : { version: String(row.version), document: String(row.document) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
