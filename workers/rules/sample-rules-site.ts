// A whole rules' site over a real SQLite and signals made by hand, for the tests of this folder.
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { openDatabase } from "#rules/sqlite.fixture.ts";
import { siteDeps } from "#web/sample-site.ts";
import type { RulesDeps } from "./deps.ts";
import { createRulesSite } from "./rules-site.tsx";
import { createVersions } from "./versions.ts";

/** `past` are the signals that the trail keeps; `tick` makes it later; `logged` are the events logged. */
export function sampleRulesSite(past: readonly (SignalEnriched | null)[] = [], changes: Partial<RulesDeps> = {}) {
  const logged: string[] = [];
  const shell = siteDeps(logged);
  let now = shell.now();
  const { sql } = openDatabase();
  const deps: RulesDeps = {
    ...shell,
    assets: { ...shell.assets, base: "/rules/assets" },
    versions: createVersions(sql, SHIPPED, () => now),
    past: {
      count: async () => past.length,
      async *signals() {
        yield* past;
      },
    },
    approvalTtlSeconds: "14400",
    ...changes,
  };
  const tick = () => {
    now += 60_000;
  };
  return { site: createRulesSite(deps), versions: deps.versions, logged, tick };
}
