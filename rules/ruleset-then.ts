// The ruleset that was in force at some instant, for replays under the rules of then. Rule: a store that does not answer is
// an error here, because other rules than those asked for are no answer.
import type { RulesetInForce, StoredRuleset } from "./active-ruleset.ts";
import type { CompileResult } from "./compile.ts";
import { compileText } from "./parse-document.ts";

export type RulesetThenPorts = {
  /** The version that was active then, or null when none was yet. Rejects when the store does not answer. */
  read(then: string): Promise<StoredRuleset | null>;
  /** What ships now; which one shipped then is not known. */
  shipped: StoredRuleset;
};

/** Remembers the version that it compiled last: replays come in great numbers and are of one time. */
export function createRulesetThen(): (then: string, ports: RulesetThenPorts) => Promise<RulesetInForce> {
  let known: { version: string; compiled: CompileResult } | null = null;
  return async (then, { read, shipped }) => {
    const stored = await read(then);
    const { version, document } = stored ?? shipped;
    if (known?.version !== version) known = { version, compiled: compileText(document, version) };
    return { compiled: known.compiled, source: stored === null ? "default" : "then" };
  };
}
