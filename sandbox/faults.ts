// Faults on purpose: how a stand-in is told to be slow, to fail, to garble its answer, or to do the work and then
// not say so (the unknown outcome).
// Rule: posting a set replaces the one before it; an empty set clears all.
import * as z from "zod";
import type { Store } from "./store.ts";
import { SYSTEM_NAMES, type SystemName } from "./systems/registry.ts";

const Probability = z.number().min(0).max(1);

export const Fault = z.strictObject({
  /** Probability that a request fails; 1 when only `status` or `hang_after_effect` is given, else 0. */
  rate: Probability.optional(),
  /** What a failing request answers; nothing happens inside. 500 by default. */
  status: z.int().min(400).max(599).optional(),
  /** Failing requests do their work and then answer 504. */
  hang_after_effect: z.boolean().default(false),
  /** Probability that the work is done and the answer is cut in half. */
  malformed: Probability.default(0),
  /** Every answer comes this much later. */
  latency_ms: z.int().min(0).max(60_000).default(0),
  /** Sent as Retry-After (seconds) with a failure. */
  retry_after: z.number().min(0).max(86_400).optional(),
  /** How many requests fail or are garbled before the fault ends by itself; unlimited when absent. */
  times: z.int().min(1).optional(),
});
export type Fault = z.infer<typeof Fault>;

/** The body of `POST /sandbox/faults`, by system. `gmail` and `msgraph` cover their token endpoints too. */
export const FaultSet = z.partialRecord(z.enum(SYSTEM_NAMES), Fault.nullable()).nullable();
export type FaultSet = z.infer<typeof FaultSet>;

export type Strike = { kind: "none" | "error" | "hang" | "malformed"; fault: Fault | null };

/** What happens to the next request. `random` gives 0 up to 1. */
export function strike(fault: Fault | null, random: () => number): Strike {
  if (fault === null) return { kind: "none", fault };
  const rate = fault.rate ?? (fault.status !== undefined || fault.hang_after_effect ? 1 : 0);
  if (random() < rate) return { kind: fault.hang_after_effect ? "hang" : "error", fault };
  return { kind: random() < fault.malformed ? "malformed" : "none", fault };
}

/** The fault after it hit once: null when its `times` are used up. */
export function afterHit(fault: Fault): Fault | null {
  if (fault.times === undefined) return fault;
  return fault.times > 1 ? { ...fault, times: fault.times - 1 } : null;
}

export function readFault(store: Store, system: SystemName): Fault | null {
  const value = store.get("sandbox", "faults", system);
  return value === undefined ? null : Fault.parse(value);
}

export function writeFault(store: Store, system: SystemName, fault: Fault | null): void {
  if (fault === null) store.remove("sandbox", "faults", system);
  else store.put("sandbox", "faults", system, fault);
}
