// Which ruleset is in force, as an isolate sees it. Rules: the active version is read anew after a few seconds, so a new
// one counts everywhere within thirty without a deploy; when it can't be read the last known one goes on, and before
// anything was known the one that ships; what was used is named.
import type { CompileResult } from "./compile.ts";
import { compileText } from "./parse-document.ts";

/** How long what was read counts, under the thirty seconds promised; a failed read is tried again after as long. */
const FRESH_MS = 20_000;

export type StoredRuleset = { version: string; document: string };
/** `active`: as stored. `last_known`: the store did not answer. `default`: none was ever activated. `then`: of a replay. */
type RulesetSource = "active" | "last_known" | "default" | "default_while_unreadable" | "then";
export type RulesetInForce = { compiled: CompileResult; source: RulesetSource };

export type ActiveRulesetPorts = {
  /** The active version, or null when none was ever activated. May throw. */
  read(): Promise<StoredRuleset | null>;
  shipped: StoredRuleset;
  /** Milliseconds since 1970. */
  now(): number;
  /** Told of a read that failed. */
  failed(reason: string): void;
};

/** Remembers for as long as it lives; reads at most once at a time and compiles each version once. */
export function createActiveRuleset(): (ports: ActiveRulesetPorts) => Promise<RulesetInForce> {
  let known: { version: string; compiled: CompileResult } | null = null;
  let current: { inForce: RulesetInForce; readAt: number } | null = null;
  let reading: Promise<RulesetInForce> | null = null;

  const compiled = ({ version, document }: StoredRuleset): CompileResult => {
    if (known?.version !== version) known = { version, compiled: compileText(document, version) };
    return known.compiled;
  };
  const refresh = async ({ read, shipped, failed }: ActiveRulesetPorts): Promise<RulesetInForce> => {
    try {
      const stored = await read();
      if (stored === null) return { compiled: compiled(shipped), source: "default" };
      return { compiled: compiled(stored), source: "active" };
    } catch (error) {
      failed(String(error));
      if (current === null) return { compiled: compiled(shipped), source: "default_while_unreadable" };
      const { inForce } = current;
      return inForce.source === "active" ? { ...inForce, source: "last_known" } : inForce;
    }
  };
  return async (ports) => {
    if (current !== null && ports.now() - current.readAt < FRESH_MS) return current.inForce;
    reading ??= refresh(ports).finally(() => {
      reading = null;
    });
    const inForce = await reading;
    current = { inForce, readAt: ports.now() };
    return inForce;
  };
}
