// A whole desk over hand-made fakes, for the tests of this folder. Rule: every command to a Deal object is recorded, and
// each test changes only what it is about.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { DecideCommand, DecideResult } from "#contract/deal.ts";
import { ANA, actionId, BEN, siteDeps } from "#web/sample-site.ts";
import type { DealAnswer } from "./deal-client.ts";
import type { DeskDeps } from "./deps.ts";
import { createDesk } from "./desk.tsx";
import type { ReadModel } from "./read-model.ts";

export type World = {
  actions: ActionSnapshot[];
  /** What each Deal object says; the same as the read model unless a test lets it run ahead. */
  now: Map<string, ActionSnapshot>;
  decide(command: DecideCommand): DealAnswer<DecideResult>;
};

/** A desk over `world`; `commands` are what reached a Deal object, `logged` the events logged. */
export function sampleDesk(given: Partial<World> = {}, changes: Partial<DeskDeps> = {}) {
  const actions = given.actions ?? [];
  const current = (id: string) => given.now?.get(id) ?? actions.find(({ action }) => action.action_id === id);
  const commands: DecideCommand[] = [];
  const logged: string[] = [];
  const deps: DeskDeps = {
    ...siteDeps(logged),
    readModel: fakeReadModel(actions),
    deal: {
      async list(subject) {
        const ids = actions.filter((each) => each.subject === subject).map(({ action }) => action.action_id);
        return { ok: true, value: ids.map(current).filter((each) => each !== undefined) };
      },
      async decide(_subject, command) {
        commands.push(command);
        if (given.decide !== undefined) return given.decide(command);
        const decided = current(command.action_id);
        if (decided === undefined) throw new Error("the test decides on an action that it did not give");
        return { ok: true, value: { ok: true, snapshot: { ...decided, state: "released", version: 3 } } };
      },
    },
    ...changes,
  };
  return { desk: createDesk(deps), commands, logged };
}

function fakeReadModel(actions: readonly ActionSnapshot[]): ReadModel {
  const owned = (filter: Parameters<ReadModel["pending"]>[0]) =>
    actions.filter(({ action: { owner } }) => {
      if (filter.kind === "everyone") return true;
      return owner?.email === filter.email || (filter.kind === "waits_for" && owner === null);
    });
  return {
    pending: async (filter, limit) => {
      const pending = owned(filter).filter(({ state }) => state === "pending");
      return {
        items: pending.slice(0, limit),
        nextCursor: pending.length > limit ? `${"2026-11-21T16:00:00.000Z"}~${actionId(1)}` : null,
      };
    },
    recent: async (state, filter, limit) =>
      owned(filter)
        .filter((each) => (state === "decided" ? each.state !== "pending" : each.state === state))
        .slice(0, limit),
    action: async (id) => actions.find(({ action }) => action.action_id === id) ?? null,
    owners: async () => [ANA, BEN],
  };
}
