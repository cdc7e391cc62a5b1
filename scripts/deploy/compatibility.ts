// Which Workers may be deployed beside which. Rule: nobody sends a version of a message before everybody who reads that
// message can read it. Messages wait in queues, so this holds for what is deployed, and not only for what comes next.
import type { WorkerName } from "#contract/queues.ts";
import type { Release } from "./release.ts";

export type Conflict = { topic: string; sender: WorkerName; sends: number; reader: WorkerName; reads: number };
type Messages = Pick<Release, "reads" | "sends">;
type Deployed = ReadonlyMap<WorkerName, Messages>;

/** What would not be understood if `worker` were deployed with `candidate`. A Worker that is not there yet understands all. */
export function conflictsOf(worker: WorkerName, candidate: Messages, deployed: Deployed): Conflict[] {
  const others = [...deployed].filter(([name]) => name !== worker);
  const asSender = others.flatMap(([reader, { reads }]) => conflictsBetween(worker, candidate.sends, reader, reads));
  const asReader = others.flatMap(([sender, { sends }]) => conflictsBetween(sender, sends, worker, candidate.reads));
  return [...asSender, ...asReader];
}

function conflictsBetween(
  sender: WorkerName,
  sent: Messages["sends"],
  reader: WorkerName,
  read: Messages["reads"],
): Conflict[] {
  return Object.entries(sent).flatMap(([topic, sends = 0]) => {
    const reads = read[topic];
    return reads !== undefined && sends > reads ? [{ topic, sender, sends, reader, reads }] : [];
  });
}

export type Ordered = { order: WorkerName[]; stuck: Conflict[] };

/**
 * The order in which `candidates` can be deployed, as close to the one that they are given in as the messages allow. On an
 * account without Workers that is the given order; on an upgrade whoever reads more goes before whoever sends it. `stuck`
 * is not empty when none of the rest can be the next.
 */
export function deployOrder(candidates: ReadonlyMap<WorkerName, Messages>, deployed: Deployed): Ordered {
  const now = new Map(deployed);
  const waiting = new Map(candidates);
  const order: WorkerName[] = [];
  while (waiting.size > 0) {
    const next = [...waiting].find(([worker, messages]) => conflictsOf(worker, messages, now).length === 0);
    if (next === undefined) {
      return { order, stuck: [...waiting].flatMap(([worker, messages]) => conflictsOf(worker, messages, now)) };
    }
    const [worker, messages] = next;
    order.push(worker);
    now.set(worker, messages);
    waiting.delete(worker);
  }
  return { order, stuck: [] };
}

export function describeConflict({ topic, sender, sends, reader, reads }: Conflict): string {
  return `${sender} sends ${topic} v${sends}, and ${reader} reads it up to v${reads}`;
}
