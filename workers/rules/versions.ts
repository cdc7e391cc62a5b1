// The versions as the pages and the API see them. Rules: the rules that ship are a version like any other, and the one
// in force as long as none was activated; what is asked for twice is done once, so a second click rolls nothing back.
import type { StoredRuleset } from "#rules/active-ruleset.ts";
import {
  activateVersion,
  keepShipped,
  listVersions,
  type RulesetVersion,
  readActive,
  readVersion,
  rollBack,
  type Sql,
  saveVersion,
} from "#rules/store.ts";

/** A list shows no more; older versions stay at their address. */
const MOST_LISTED = 500;

type NewDocument = { document: string; note: string; author: string };
export type Changed = { ok: true; version: string } | { ok: false; code: "unknown" | "changed"; reason: string };

export type Versions = {
  /** The name of the rules that ship. */
  shipped: string;
  /** Newest first; exactly one is active. */
  list(): Promise<readonly RulesetVersion[]>;
  read(version: string): Promise<StoredRuleset | null>;
  inForce(): Promise<StoredRuleset>;
  save(given: NewDocument): ReturnType<typeof saveVersion>;
  activate(version: string, by: string): Promise<Changed>;
  /** `from` is the version that the person saw in force. */
  rollBack(from: string, by: string): Promise<Changed>;
};

/** `now` in milliseconds since the epoch. Everything throws what `sql` throws. */
export function createVersions(sql: Sql, shipped: StoredRuleset, now: () => number): Versions {
  const instant = () => new Date(now()).toISOString();
  const inForce = async () => (await readActive(sql)) ?? shipped;

  const activate = async (version: string, by: string): Promise<Changed> => {
    if ((await readActive(sql))?.version === version) return { ok: true, version };
    if (version === shipped.version) await keepShipped(sql, shipped, instant());
    const activated = await activateVersion(sql, version, by, instant());
    return activated.ok ? activated : { ok: false, code: "unknown", reason: sentence(activated.reason) };
  };

  return {
    shipped: shipped.version,
    inForce,
    activate,
    async list() {
      const listed = await listVersions(sql, MOST_LISTED);
      const isThere = listed.length === MOST_LISTED || listed.some(({ version }) => version === shipped.version);
      if (!isThere) await keepShipped(sql, shipped, instant());
      const versions = isThere ? listed : await listVersions(sql, MOST_LISTED);
      if (versions.some(({ active }) => active)) return versions;
      return versions.map((each) => ({ ...each, active: each.version === shipped.version }));
    },
    async read(version) {
      return (await readVersion(sql, version)) ?? (version === shipped.version ? shipped : null);
    },
    async save(given) {
      // Before what is made from it, so that the list has them in this order.
      await keepShipped(sql, shipped, instant());
      return saveVersion(sql, { ...given, now: instant() });
    },
    async rollBack(from, by) {
      const { version } = await inForce();
      if (version !== from) {
        const reason = `${version} is in force by now, not ${from}. Look at it, then decide again.`;
        return { ok: false, code: "changed", reason };
      }
      const back = await rollBack(sql, by, instant());
      if (back.ok) return back;
      if (version !== shipped.version) return activate(shipped.version, by);
      return { ok: false, code: "changed", reason: sentence(back.reason) };
    },
  };
}

/** Where a roll-back leads, or null when nothing was in force before. */
export function versionBefore(versions: readonly RulesetVersion[], shipped: string): string | null {
  const earlier = versions.filter(({ active, activated_at }) => !active && activated_at !== null);
  const newest = earlier.reduce<RulesetVersion | undefined>(
    (found, each) => (found === undefined || (each.activated_at ?? "") > (found.activated_at ?? "") ? each : found),
    undefined,
  );
  if (newest !== undefined) return newest.version;
  return versions.some(({ active, version }) => active && version === shipped) ? null : shipped;
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
