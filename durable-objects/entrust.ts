// Who publishes what a command has to tell: the caller, when all of it is about what the caller asked for, else the object
// by its outbox. Rules: a caller publishes before it acknowledges the message that made it ask, and whoever comes again
// with that message is given the same again, under the same ids; so nothing is lost, and the object writes no row to
// remember what it has to send, nor one to forget it. What the object sends itself takes along all that the action owes.

import type { Entrusted } from "#contract/deal.ts";
import type { EnvelopePorts } from "#runtime/publish.ts";
import type { ActionRecord, OwedStep } from "./action-record.ts";
import type { Change, DealState } from "./deal-state.ts";
import { noticeOf, type Publication, releaseOf, stepOfRecord } from "./publications.ts";

/** Who asks and will come again: with a plan, or with a released action, whose claim is told with its report. */
export type Asker =
  | { by: "plans"; signalId: string }
  | { by: "actions"; actionId: string; command: "claim" | "report" };

type Shared = {
  deal: DealState;
  changed: readonly ActionRecord[];
  /** For the object to send. */
  unsent: readonly Publication[];
  /** For the caller. */
  entrusted: Entrusted;
};

/** `publications` are those of the change; `asker` is null when nobody would come again. */
export function share(
  change: Change,
  publications: readonly Publication[],
  asker: Asker | null,
  ports: EnvelopePorts,
): Shared {
  const { deal, changed } = change;
  if (publications.length === 0) return { deal, changed, unsent: [], entrusted: [] };
  if (asker !== null && isForCaller(change, publications, asker)) {
    const kept = rewrite(change, (record) => [...record.owed, ...stepsOf(record, publications, asker.by)]);
    const entrusted = asker.by === "plans" ? publications.filter(isEntrustable) : owedTo(asker, kept.deal, ports);
    return { ...kept, unsent: [], entrusted };
  }
  const owed = changed.flatMap((record) => [
    ...toldAgain(record, "plans", ports),
    ...toldAgain(record, "actions", ports),
  ]);
  const kept = rewrite(change, () => []);
  return { ...kept, unsent: [...owed, ...publications], entrusted: [] };
}

/** What the caller has to publish when it asks again and nothing changes, because it may have died the first time. */
export function owedTo(asker: Asker, { records }: DealState, ports: EnvelopePorts): Entrusted {
  if (asker.by === "actions") {
    const record = records.get(asker.actionId);
    // While it runs, its report will tell.
    if (record === undefined || record.snapshot.state === "executing") return [];
    return toldAgain(record, "actions", ports).filter(isEntrustable);
  }
  const own = [...records.values()].filter(({ snapshot }) => snapshot.signal_id === asker.signalId);
  return own
    .flatMap((record) => [...firstOf(record, ports), ...toldAgain(record, "plans", ports)])
    .filter(isEntrustable);
}

function isForCaller({ news }: Change, publications: readonly Publication[], asker: Asker): boolean {
  const isOwn = ({ snapshot }: ActionRecord) =>
    asker.by === "plans" ? snapshot.signal_id === asker.signalId : snapshot.action.action_id === asker.actionId;
  if (!news.every(({ record }) => isOwn(record))) return false;
  if (asker.by === "plans") return publications.every(isEntrustable);
  // Only a run that goes well is told by its caller: one that is given back comes again and again, and would owe ever more.
  const isWell = ({ record }: Change["news"][number]) =>
    record.snapshot.state === (asker.command === "claim" ? "executing" : "executed");
  const isTold = (each: Publication) =>
    each.queue === "audit" && (asker.command === "report" || each.envelope.payload.fate === null);
  return news.every(isWell) && publications.every(isTold);
}

function isEntrustable(each: Publication): each is Entrusted[number] & Publication {
  return each.queue === "actions" || each.queue === "notices" || each.queue === "audit";
}

function stepsOf(record: ActionRecord, publications: readonly Publication[], by: OwedStep["by"]): OwedStep[] {
  return publications.flatMap((each) => {
    if (each.queue !== "audit") return [];
    const { event_id, payload } = each.envelope;
    const { step, at, summary, data, actor, fate, action } = payload;
    const isOwn = action?.action.action_id === record.snapshot.action.action_id;
    return isOwn ? [{ event_id, by, step, at, summary, data, actor, fate }] : [];
  });
}

/** The steps owed, each under the id that it had, with the action as it is now: readers keep the newest. */
function toldAgain(record: ActionRecord, by: OwedStep["by"], ports: EnvelopePorts): Publication[] {
  return record.owed
    .filter((step) => step.by === by)
    .map(({ event_id, by: _, ...told }) => stepOfRecord(record, told, { ...ports, newEventId: () => event_id }));
}

/** The release or the notice of a proposal, as long as nothing has happened to the action since. */
function firstOf(record: ActionRecord, ports: EnvelopePorts): Publication[] {
  const { state, proposed_at } = record.snapshot;
  if (record.changed_at !== proposed_at) return [];
  return state === "released" ? releaseOf(record, ports) : noticeOf({ record, before: null }, ports);
}

/** The change, with what each of its records owes. */
function rewrite({ deal, changed }: Change, owedOf: (record: ActionRecord) => readonly OwedStep[]) {
  const records = new Map(deal.records);
  const rewritten = changed.map((record) => {
    const after = { ...record, owed: owedOf(record) };
    if (records.has(after.snapshot.action.action_id)) records.set(after.snapshot.action.action_id, after);
    return after;
  });
  return { deal: { ...deal, records }, changed: rewritten };
}
