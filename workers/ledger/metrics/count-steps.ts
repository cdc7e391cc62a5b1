// What the steps of a batch add to the counters. Pure. Rules: only steps that were not kept before are counted, and what a
// signal's row says is counted as the difference to what it said, so a redelivery adds nothing and the sum of the fates
// is the number of signals at any moment. A series names itself as OpenMetrics writes it: `name{label="value"}`.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { SignalRow } from "../merge.ts";
import type { Told } from "../told-steps.ts";
import { bucketOf } from "./buckets.ts";

export type Counters = Map<string, number>;

/** Stands in the row of a signal that was not received yet. */
const UNKNOWN = "unknown";
const PERSONS_STEPS = new Set(["approved", "edited", "rejected", "snoozed", "reassigned", "undone", "settled"]);

/** `kept` is what was there, `rows` what is written now. */
export function countSteps(
  told: readonly Told[],
  kept: ReadonlyMap<string, SignalRow>,
  rows: readonly SignalRow[],
): Counters {
  const counters: Counters = new Map();
  const add = (name: string, labels: Readonly<Record<string, string>>, by = 1) => {
    const key = seriesName(name, labels);
    counters.set(key, (counters.get(key) ?? 0) + by);
  };
  for (const row of rows) countSignal(row, kept.get(row.signal_id), add);

  const counted = new Set<string>();
  for (const each of told) {
    const { step, signal_id } = each;
    const isKept = kept.get(signal_id)?.trail.some(({ event_id }) => event_id === step.event_id) ?? false;
    if (isKept || counted.has(step.event_id)) continue;
    counted.add(step.event_id);
    countStep(each, add);
  }
  return counters;
}

type Add = (name: string, labels: Readonly<Record<string, string>>, by?: number) => void;

function countSignal(row: SignalRow, before: SignalRow | undefined, add: Add): void {
  const isNew = row.source !== UNKNOWN && (before === undefined || before.source === UNKNOWN);
  if (isNew) add("signals_received", { source: row.source });
  if (before?.fate === row.fate) return;
  add("signals", { fate: row.fate });
  if (before !== undefined) add("signals", { fate: before.fate }, -1);
  if (row.fate === "in_progress") return;
  add("fates_reached", { fate: row.fate, source: row.source });
  if (before !== undefined && before.fate !== "in_progress") return;
  const tookMs = Math.max(0, Date.parse(row.fate_at) - Date.parse(row.received_at));
  add("signal_seconds", { le: bucketOf(tookMs) });
  const isMet = row.fate !== "dead_lettered" && tookMs <= OBJECTIVE_MS;
  add("objective", { met: String(isMet) });
}

/** A signal has its effect, its approval request or its reason why not within fifteen minutes. */
const OBJECTIVE_MS = 900_000;

function countStep({ step, action }: Told, add: Add): void {
  const { layer, duration_ms } = step;
  add("steps", { layer, step: step.step });
  if (step.attempt > 1) add("retries", { layer });
  if (duration_ms !== null && step.step !== "dead_lettered") {
    add("stage_seconds", { stage: layer, le: bucketOf(duration_ms) });
  }
  if (step.step === "dead_lettered") add("dead_letters", { stage: field(step.data, "stage") ?? UNKNOWN });
  if (step.step === "decided") add("decisions", { by: field(step.data, "decided_by") ?? UNKNOWN });
  if (action !== null) countAction(step.step, step.actor?.kind === "person", action, add);
}

function countAction(step: string, isPerson: boolean, action: ActionSnapshot, add: Add): void {
  const { type } = action.action;
  if (isPerson && PERSONS_STEPS.has(step)) {
    add("people_decided", { step, type });
    const { decided_at, proposed_at } = action;
    if ((step === "approved" || step === "rejected") && decided_at !== null) {
      add("decision_seconds", { le: bucketOf(Math.max(0, Date.parse(decided_at) - Date.parse(proposed_at))) });
    }
  }
  if (step === "executed") add("actions_executed", { type, released_by: action.released_by ?? "auto" });
  if (step === "failed") add("actions_failed", { type });
}

/** Label values are words of ours; whatever else would end the label is left out. */
function seriesName(name: string, labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([label, value]) => `${label}="${value.replaceAll(/["\\\n]/g, "")}"`);
  return `${name}{${texts.join(",")}}`;
}

function field(data: unknown, name: string): string | null {
  if (typeof data !== "object" || data === null) return null;
  const value: unknown = Object.entries(data).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : null;
}
