// What the console needs besides the shell's own.
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import type { SiteDeps } from "#web/deps.ts";
import type { ReadHealth } from "./health-store.ts";
import type { LetterStore } from "./letters/letter-store.ts";
import type { MetricsStore } from "./metrics/metrics-store.ts";
import type { RawBodies } from "./raw-bodies.ts";
import type { ReadAside } from "./read-aside.ts";
import type { ReadChain } from "./read-chain.ts";
import type { ReadModel } from "./read-model.ts";

export type ConsoleDeps = SiteDeps &
  EnvelopePorts & {
    readModel: ReadModel;
    readAside: ReadAside;
    chain: ReadChain;
    rawBodies: RawBodies;
    publish: Publish;
    letters: LetterStore;
    metrics: MetricsStore;
    readHealth: ReadHealth;
    /** Lets work go on after the answer. */
    background(work: Promise<unknown>): void;
  };
