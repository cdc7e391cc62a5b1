// Which Workers may be deployed beside which. Rules: nobody sends a version of a message before everybody who reads that
// message can read it, and nobody binds an object that `state` does not have, which the platform refuses. Messages wait in
// queues, so this holds for what is deployed, and not only for what comes next.
import type { WorkerName } from "#contract/queues.ts";
import type { Release } from "./release.ts";

export type Conflict =
  | { kind: "message"; topic: string; sender: WorkerName; sends: number; reader: WorkerName; reads: number }
  | { kind: "object"; object: string; binder: WorkerName };
export type Surface = Pick<Release, "reads" | "sends" | "objects" | "binds">;
type Deployed = ReadonlyMap<WorkerName, Surface>;

/** What would not go together if `worker` were deployed with `candidate`. A Worker that is not there yet goes with all. */
export function conflictsOf(worker: WorkerName, candidate: Surface, deployed: Deployed): Conflict[] {
  const others = [...deployed].filter(([name]) => name !== worker);
  const asSender = others.flatMap(([reader, { reads }]) => unreadable(worker, candidate.sends, reader, reads));
  const asReader = others.flatMap(([sender, { sends }]) => unreadable(sender, sends, worker, candidate.reads));
  const objects =
    worker === "state"
      ? others.flatMap(([binder, { binds }]) => missing(candidate.objects, binder, binds))
      : missing(deployed.get("state")?.objects, worker, candidate.binds);
  return [...asSender, ...asReader, ...objects];
}

function unreadable(
  sender: WorkerName,
  sent: Surface["sends"],
  reader: WorkerName,
  read: Surface["reads"],
): Conflict[] {
  return Object.entries(sent).flatMap(([topic, sends = 0]) => {
    const reads = read[topic];
    return reads !== undefined && sends > reads
      ? [{ kind: "message" as const, topic, sender, sends, reader, reads }]
      : [];
  });
}

/** A release from before objects were recorded does not say what it has, so it counts as having all. */
function missing(objects: Surface["objects"], binder: WorkerName, binds: Surface["binds"]): Conflict[] {
  if (objects === undefined) return [];
  const lacking = (binds ?? []).filter((object) => !objects.includes(object));
  return lacking.map((object) => ({ kind: "object", object, binder }));
}

export type Ordered = { order: WorkerName[]; stuck: Conflict[] };

/**
 * The order in which `candidates` can be deployed, as close to the one that they are given in as their rules allow. On an
 * account without Workers that is the given order; on an upgrade whoever reads more goes before whoever sends it. `stuck`
 * is not empty when none of the rest can be the next.
 */
export function deployOrder(candidates: ReadonlyMap<WorkerName, Surface>, deployed: Deployed): Ordered {
  const now = new Map(deployed);
  const waiting = new Map(candidates);
  const order: WorkerName[] = [];
  while (waiting.size > 0) {
    const next = [...waiting].find(([worker, surface]) => conflictsOf(worker, surface, now).length === 0);
    if (next === undefined) {
      return { order, stuck: [...waiting].flatMap(([worker, surface]) => conflictsOf(worker, surface, now)) };
    }
    const [worker, surface] = next;
    order.push(worker);
    now.set(worker, surface);
    waiting.delete(worker);
  }
  return { order, stuck: [] };
}

/** The Worker that has to be deployed before, for the conflict to go away. */
export function firstOf(conflict: Conflict): WorkerName {
  return conflict.kind === "message" ? conflict.reader : "state";
}

export function describeConflict(conflict: Conflict): string {
  if (conflict.kind === "object")
    return `${conflict.binder} binds the object ${conflict.object}, which state does not have`;
  const { topic, sender, sends, reader, reads } = conflict;
  return `${sender} sends ${topic} v${sends}, and ${reader} reads it up to v${reads}`;
}
