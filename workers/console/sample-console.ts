// A whole console over hand-made fakes, for the tests of this folder.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { KeptStep } from "#contract/kept-step.ts";
import { nameTerm } from "#contract/search-terms.ts";
import type { LetterRow, SignalRow } from "#web/read-rows.ts";
import { siteDeps } from "#web/sample-site.ts";
import { createConsole } from "./console.tsx";
import type { ConsoleDeps } from "./deps.ts";
import { createReadHealth } from "./health-store.ts";
import { createLetterStore } from "./letters/letter-store.ts";
import { createMetricsStore } from "./metrics/metrics-store.ts";
import type { ReadModel } from "./read-model.ts";

type World = {
  actions: ActionSnapshot[];
  signals: SignalRow[];
  trail: KeptStep[];
  letters: LetterRow[];
  /** Who is named in the trail of a signal, by its id. */
  named: Record<string, readonly string[]>;
};

/** A console over `world`; `logged` are the events logged. */
export function sampleConsole(given: Partial<World> = {}, changes: Partial<ConsoleDeps> = {}) {
  const logged: string[] = [];
  const deps: ConsoleDeps = {
    ...siteDeps(logged),
    readModel: fakeReadModel({ actions: [], signals: [], trail: [], letters: [], named: {}, ...given }),
    readAside: async (step) => step,
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
    signals: async ({ fate }, people, limit) => ({
      items: world.signals
        .filter((signal) => fate === undefined || signal.fate === fate)
        .filter(({ signal_id }) => people === null || world.named[signal_id]?.some((email) => people.includes(email)))
        .slice(0, limit),
      nextCursor: null,
    }),
    signal: async (id) => {
      const signal = world.signals.find(({ signal_id }) => signal_id === id);
      if (signal === undefined) return null;
      const names = await Promise.all((world.named[id] ?? []).map((email) => nameTerm("name", email)));
      const actions = world.actions.filter(({ signal_id }) => signal_id === id);
      return { signal, trail: world.trail, actions, terms: ` ${names.join(" ")} ` };
    },
    erasure: async () => null,
    erasures: async () => [],
    deadLetters: async (_filter, limit) => ({ items: world.letters.slice(0, limit), nextCursor: null }),
  };
}
