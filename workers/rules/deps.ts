// What the rules' site needs besides the shell's own.
import type { Period, StoredSignal } from "#rules/stored-signals.ts";
import type { SiteDeps } from "#web/deps.ts";
import type { Versions } from "./versions.ts";

/** The signals that the trail keeps. Both may throw when D1 does not answer. */
type Past = {
  /** Whatever became of them. */
  count(period: Period): Promise<number>;
  /** About in the order in which they came. */
  signals(period: Period): AsyncIterable<StoredSignal>;
};

export type RulesDeps = SiteDeps & {
  versions: Versions;
  past: Past;
  /** As set: what `ttl: default` means. */
  approvalTtlSeconds: string;
};
