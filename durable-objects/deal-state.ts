// All that one Deal object knows, as a value, and the working copy on which a command makes its changes. Rules: a
// command is a pure function from this value to a Change; each change of an action gets the next version of the object
// and one line in the news, and the times of two commands always differ, so that "the latest wins" is well defined.

import type { ActionState, Actor } from "#contract/action-state.ts";
import type { ActionEvent } from "./action-event.ts";
import { type Transition, transition } from "./action-machine.ts";
import type { ActionRecord } from "./action-record.ts";

/** The newest signal that made everything before it moot. Queues give no order, so older plans may still arrive. */
export type Horizon = { fired_at: string; reason: string; set_at: string };

export type DealState = { records: ReadonlyMap<string, ActionRecord>; horizon: Horizon | null };

export const EMPTY_DEAL: DealState = { records: new Map(), horizon: null };

/** What happened to one action, for the trail; `record` is the action right after. */
export type News = {
  record: ActionRecord;
  step: string;
  summary: string;
  actor: Actor;
  data: Readonly<Record<string, unknown>> | null;
  /** The state it left; null when it was filed just now. */
  before: ActionState | null;
  publishRelease: boolean;
};

/** What a command changed, to be stored in one transaction. */
export type Change = {
  deal: DealState;
  changed: readonly ActionRecord[];
  /** Ids of actions that are forgotten. */
  forgotten: readonly string[];
  horizonMoved: boolean;
  news: readonly News[];
};

/** A command's answer to its caller and, unless nothing changed, its change. */
export type Decided<Result> = { result: Result; change: Change | null };

export type Telling = { step: string; summary: string; actor: Actor; data?: Readonly<Record<string, unknown>> };

export type WorkingCopy = {
  /** Milliseconds; later than any change before. */
  now: number;
  get(actionId: string): ActionRecord | undefined;
  all(): ActionRecord[];
  /** What this command changed so far, as it is now. */
  changed(): ActionRecord[];
  horizon(): Horizon | null;
  moveHorizon(horizon: Horizon): void;
  /** Applies the event; when the machine takes it, files the record with the next version and tells the news. */
  apply(record: ActionRecord, event: ActionEvent, tell: (after: ActionRecord) => Telling): Transition;
  /** Files a record that no event changed, as an erasure does; it takes the next version, too. */
  rewrite(record: ActionRecord, telling: Telling): void;
  /** Lets go of a record for good, without news. */
  forget(actionId: string): void;
  finish<Result>(result: Result): Decided<Result>;
};

export function workOn(deal: DealState, clock: number): WorkingCopy {
  const now = Math.max(clock, lastChange(deal) + 1);
  const records = new Map(deal.records);
  const changed = new Set<string>();
  const forgotten: string[] = [];
  const news: News[] = [];
  let horizon = deal.horizon;
  let version = 0;
  for (const { snapshot } of records.values()) version = Math.max(version, snapshot.version);

  function put(record: ActionRecord, tell: (after: ActionRecord) => Telling, publishRelease: boolean): ActionRecord {
    version += 1;
    const after = { ...record, snapshot: { ...record.snapshot, version } };
    const actionId = after.snapshot.action.action_id;
    const before = records.get(actionId)?.snapshot.state ?? null;
    records.set(actionId, after);
    changed.add(actionId);
    news.push({ data: null, ...tell(after), record: after, before, publishRelease });
    return after;
  }

  return {
    now,
    get: (actionId) => records.get(actionId),
    all: () => [...records.values()],
    changed: () => [...changed].flatMap((actionId) => records.get(actionId) ?? []),
    horizon: () => horizon,
    moveHorizon(next) {
      horizon = next;
    },
    apply(record, event, tell) {
      const outcome = transition(record, event, now);
      if (!outcome.ok) return outcome;
      return { ...outcome, record: put(outcome.record, tell, outcome.publishRelease) };
    },
    rewrite(record, telling) {
      put({ ...record, changed_at: new Date(now).toISOString() }, () => telling, false);
    },
    forget(actionId) {
      records.delete(actionId);
      forgotten.push(actionId);
    },
    finish(result) {
      const horizonMoved = horizon !== deal.horizon;
      if (news.length === 0 && forgotten.length === 0 && !horizonMoved) return { result, change: null };
      const written = [...changed].flatMap((actionId) => records.get(actionId) ?? []);
      return { result, change: { deal: { records, horizon }, changed: written, forgotten, horizonMoved, news } };
    },
  };
}

/** Milliseconds of the last change, 0 for an empty deal. */
export function lastChange({ records, horizon }: DealState): number {
  let last = horizon?.set_at ?? "";
  for (const { changed_at } of records.values()) if (changed_at > last) last = changed_at;
  return last === "" ? 0 : Date.parse(last);
}
