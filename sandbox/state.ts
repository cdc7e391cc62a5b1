// The state of the sandbox as JSON: every record and the newest requests of each system.
import type { Fault } from "./faults.ts";
import { readFault } from "./faults.ts";
import type { RequestEntry, Store } from "./store.ts";
import { SYSTEMS, type SystemName } from "./systems/registry.ts";

export type SystemState = {
  /** By collection, oldest first. */
  records: Record<string, unknown[]>;
  /** Oldest first, at most as many as were asked for. */
  requests: RequestEntry[];
  /** How many are still in the log. */
  request_count: number;
  fault: Fault | null;
};

/** What `GET /sandbox/state` shows of one system. */
export function systemState(store: Store, name: SystemName, requestLimit: number): SystemState {
  const records: Record<string, unknown[]> = {};
  for (const collection of Object.keys(SYSTEMS[name].collections))
    records[collection] = store.list(name, collection).map((stored) => stored.value);
  return {
    records,
    requests: store.requests(name, requestLimit),
    request_count: store.countRequests(name),
    fault: readFault(store, name),
  };
}
