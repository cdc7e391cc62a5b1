// Reads of a CRM that happen once a batch. Rules: it remembers promises, so that signals handled at the same time share
// one call; it is made anew for each batch, so nothing is ever staler than that; every asker hears what its read cost.
import type { Asker, CrmSystem, Read } from "./providers/provider.ts";

type Reading<Value> = (input: string, asker: Asker) => Promise<Read<Value>>;

export type Once = <Value>(what: string, load: Reading<Value>) => Reading<Value>;

/** Makes reads of `system` that are loaded once for each input; the call carries the trace of whoever asked first. */
export function createOnce(system: CrmSystem, now: () => number): Once {
  return (what, load) => {
    const loaded = new Map<string, ReturnType<typeof load>>();
    return async (input, asker) => {
      const startedAt = now();
      const known = loaded.get(input);
      // Not remembered: the next signal of the batch has a budget of its own.
      if (known === undefined && startedAt >= asker.deadlineMs) return outOfTime(what);
      const read = known ?? load(input, asker);
      loaded.set(input, read);
      const answer = await read;
      asker.tell({ system, what, ms: Math.max(0, now() - startedAt), from: known === undefined ? "call" : "cache" });
      return answer;
    };
  };
}

function outOfTime(what: string): { kind: "failed"; failure: { kind: "no_answer"; reason: string } } {
  return { kind: "failed", failure: { kind: "no_answer", reason: `no time was left to read the ${what}` } };
}
