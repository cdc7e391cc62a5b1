// transition(record, event, now): the one way an action changes. Pure; it says what to do (the new record, whether the
// release is to be published) and the shell does it. Rule: an action follows the machine it was proposed under.

import { changeRecord } from "./action-change.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";
import { GUARDS, type RefusalCode } from "./guards.ts";
import { MACHINE_V1, type Machine } from "./machine-v1.ts";
import { MACHINE_V2 } from "./machine-v2.ts";
import { MACHINE_V3 } from "./machine-v3.ts";

/** Stamped on every new action. */
export const MACHINE_VERSION = 3;

/** Every machine that an action in storage may still follow, by version. */
const MACHINES: Readonly<Record<number, Machine>> = { 1: MACHINE_V1, 2: MACHINE_V2, 3: MACHINE_V3 };

export type Transition =
  | { ok: true; record: ActionRecord; publishRelease: boolean }
  | { ok: false; code: RefusalCode; message: string };

/** Whether this build knows the rules of the action. It may not after a rollback to an older build. */
export function isKnown(record: ActionRecord): boolean {
  return MACHINES[record.machine_version] !== undefined;
}

/** `now` in milliseconds. A refusal names what is wrong in words for people and changes nothing. */
export function transition(record: ActionRecord, event: ActionEvent, now: number): Transition {
  const machine = MACHINES[record.machine_version];
  if (machine === undefined) {
    const message = `This action follows rules v${record.machine_version}, which this build does not know; deploy the newer build.`;
    return { ok: false, code: "not_available", message };
  }
  const { state } = record.snapshot;
  const rows = machine.rows.filter((row) => row.from === state && row.on === event.kind);
  const taken = rows.find(({ when }) => when === undefined || GUARDS[when].holds(record, event, now));
  if (taken !== undefined) {
    const changed = changeRecord(record, event, taken.to, now);
    return { ok: true, record: changed, publishRelease: taken.does === "publish_release" };
  }
  const guard = rows[0]?.when;
  if (guard !== undefined) return { ok: false, code: GUARDS[guard].code, message: GUARDS[guard].refusal };
  return { ok: false, code: "wrong_state", message: wrongState(machine, record, event) };
}

function wrongState(machine: Machine, { snapshot }: ActionRecord, event: ActionEvent): string {
  const verb = event.kind.replaceAll("_", " ");
  const from = new Set(machine.rows.filter((row) => row.on === event.kind).map((row) => row.from));
  const by = snapshot.decided_by?.kind === "person" ? ` by ${snapshot.decided_by.id}` : "";
  return `This action is already ${snapshot.state}${by}; "${verb}" needs one that is ${[...from].join(" or ")}.`;
}
