// A whole desk over hand-made fakes, for the tests of this folder. Rule: every command to a Deal object is recorded, and
// each test changes only what it is about.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import type { DecideCommand, DecideResult } from "#contract/deal.ts";
import type { PersonRow } from "#web/auth/people.ts";
import { actionId, PEOPLE, siteDeps } from "#web/sample-site.ts";
import { openApiDocument } from "./api/openapi.ts";
import type { DealAnswer } from "./deal-client.ts";
import type { DeskDeps } from "./deps.ts";
import { createDesk } from "./desk.tsx";
import type { NewPerson } from "./directory.ts";
import type { ReadModel } from "./read-model.ts";

const DIRECTORY: readonly PersonRow[] = PEOPLE.map(({ email, role }) => ({
  email,
  role,
  name: email.split("@")[0] ?? email,
  manager_email: null,
  time_zone: null,
  slack_user_id: null,
}));

export type World = {
  actions: ActionSnapshot[];
  /** What each Deal object says; the same as the read model unless a test lets it run ahead. */
  now: Map<string, ActionSnapshot>;
  controls: ControlsView;
  decide(command: DecideCommand): DealAnswer<DecideResult>;
};

/**
 * A desk over `world`; `commands` are what reached a Deal object, `changes` what reached the controls, `stored` the people
 * that were put, `logged` the events logged.
 */
export function sampleDesk(given: Partial<World> = {}, overrides: Partial<DeskDeps> = {}) {
  const actions = given.actions ?? [];
  const current = (id: string) => given.now?.get(id) ?? actions.find(({ action }) => action.action_id === id);
  const commands: DecideCommand[] = [];
  const logged: string[] = [];
  const stored: NewPerson[] = [];
  const changes: unknown[][] = [];
  const view = given.controls ?? { pauses: [], autopilot: {} };
  const changed = async (...change: unknown[]) => {
    changes.push(change);
    return view;
  };
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
    directory: {
      list: async () => DIRECTORY,
      person: async (email) => DIRECTORY.find((one) => one.email === email.toLowerCase()) ?? null,
      put: async (person) => {
        stored.push(person);
      },
    },
    controls: () => ({
      get: async () => view,
      proposals: async () => [],
      history: async () => [],
      setPause: changed,
      clearPause: changed,
      setAutopilot: changed,
    }),
    live: { connect: async () => new Response("connected") },
    slack: async () => new Response("slack"),
    openApi: JSON.stringify(openApiDocument()),
    rejectReasons: ["Wrong person"],
    ...overrides,
  };
  return { desk: createDesk(deps), commands, changes, stored, logged };
}

function fakeReadModel(actions: readonly ActionSnapshot[]): ReadModel {
  const owned = (filter: Parameters<ReadModel["pending"]>[0]) =>
    actions.filter(({ action: { owner } }) => {
      if (filter.kind === "everyone") return true;
      if (filter.kind === "team") return filter.emails.includes(owner?.email ?? "");
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
  };
}
