// A whole console over hand-made fakes, for the tests of this folder.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { KeptStep } from "#contract/kept-step.ts";
import type { LetterRow, SignalRow } from "#web/read-rows.ts";
import { siteDeps } from "#web/sample-site.ts";
import { createConsole } from "./console.tsx";
import type { ConsoleDeps } from "./deps.ts";
import { createReadHealth } from "./health-store.ts";
import { createLetterStore } from "./letters/letter-store.ts";
import { createMetricsStore } from "./metrics/metrics-store.ts";
import type { ReadModel } from "./read-model.ts";

type World = { actions: ActionSnapshot[]; signals: SignalRow[]; trail: KeptStep[]; letters: LetterRow[] };

/** A console over `world`; `logged` are the events logged. */
export function sampleConsole(given: Partial<World> = {}, changes: Partial<ConsoleDeps> = {}) {
  const logged: string[] = [];
  const deps: ConsoleDeps = {
    ...siteDeps(logged),
    readModel: fakeReadModel({ actions: [], signals: [], trail: [], letters: [], ...given }),
    chain: { links: async () => [], anchors: async () => [] },
    rawBodies: { has: async () => false, find: async () => ({ keys: [], more: false }) },
    publish: () => Promise.reject(new Error("nothing is published in this test")),
    letters: createLetterStore(async () => []),
    metrics: createMetricsStore(async () => []),
    readHealth: createReadHealth(async () => []),
    background: () => {},
    newEventId: () => "019aa000-0000-7000-8000-000000000001",
    ...changes,
  };
  return { site: createConsole(deps), logged };
}

function fakeReadModel(world: World): ReadModel {
  return {
    signals: async ({ fate }, limit) => ({
      items: world.signals.filter((signal) => fate === undefined || signal.fate === fate).slice(0, limit),
      nextCursor: null,
    }),
    signal: async (id) => {
      const signal = world.signals.find(({ signal_id }) => signal_id === id);
      if (signal === undefined) return null;
      return { signal, trail: world.trail, actions: world.actions.filter(({ signal_id }) => signal_id === id) };
    },
    erasure: async () => null,
    erasures: async () => [],
    deadLetters: async (limit) => ({ items: world.letters.slice(0, limit), nextCursor: null }),
  };
}
