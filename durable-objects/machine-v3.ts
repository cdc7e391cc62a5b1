// The states of an action, third version: an unattended release that was not claimed at once can be called back, because
// a pause or the hours of the action count until it really runs. Rule: as for every shipped table, it never changes.
import type { Machine } from "./machine-v1.ts";
import { MACHINE_V2 } from "./machine-v2.ts";

export const MACHINE_V3: Machine = {
  version: 3,
  rows: [...MACHINE_V2.rows, { from: "released", on: "hold", when: "surely_not_done", to: "pending" }],
};
