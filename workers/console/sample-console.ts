// A whole console over hand-made fakes, for the tests of this folder.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { LetterRow, SignalRow, TrailStep } from "#web/read-rows.ts";
import { siteDeps } from "#web/sample-site.ts";
import { createConsole } from "./console.tsx";
import type { ConsoleDeps } from "./deps.ts";
import type { ReadModel } from "./read-model.ts";

type World = { actions: ActionSnapshot[]; signals: SignalRow[]; trail: TrailStep[]; letters: LetterRow[] };

/** A console over `world`; `logged` are the events logged. */
export function sampleConsole(given: Partial<World> = {}, changes: Partial<ConsoleDeps> = {}) {
  const logged: string[] = [];
  const deps: ConsoleDeps = {
    ...siteDeps(logged),
    readModel: fakeReadModel({ actions: [], signals: [], trail: [], letters: [], ...given }),
    rawBodies: { has: async () => false, find: async () => ({ keys: [], more: false }) },
    publish: () => Promise.reject(new Error("nothing is published in this test")),
    newEventId: () => "019aa000-0000-7000-8000-000000000001",
    ...changes,
  };
  return { site: createConsole(deps), logged };
}

function fakeReadModel(world: World): ReadModel {
  return {
    actionsOf: async (signalId) => world.actions.filter((each) => each.signal_id === signalId),
    signals: async (fate, limit) => ({
      items: world.signals.filter((signal) => fate === null || signal.fate === fate).slice(0, limit),
      nextCursor: null,
    }),
    signal: async (id) => world.signals.find(({ signal_id }) => signal_id === id) ?? null,
    trail: async () => world.trail,
    deadLetters: async (limit) => ({ items: world.letters.slice(0, limit), nextCursor: null }),
  };
}
