// What the steps of a batch add to the counters. Pure. Rules: only steps that were not kept before are counted, and what a
// signal's row says is counted as the difference to what it said, so a redelivery adds nothing and the sum of the fates
// is the number of signals at any moment. Who decided is counted under a digest, so that the counters name nobody.
import type { ActionSnapshot, Actor } from "#contract/action-state.ts";
import { isOperation } from "#contract/operations.ts";
import { nameTerm } from "#contract/search-terms.ts";
import { type Labels, type SeriesName, seriesName } from "#contract/series.ts";
import type { SignalRow } from "../merge.ts";
import type { Told } from "../told-steps.ts";
import { bucketOf } from "./buckets.ts";

export type Counters = Map<string, number>;

/** Stands in the row of a signal that was not received yet. */
const UNKNOWN = "unknown";
const PERSONS_STEPS = new Set([
  "approved",
  "edited",
  "rejected",
  "snoozed",
  "reassigned",
  "escalated",
  "undone",
  "settled",
]);

export type Batch = {
  told: readonly Told[];
  /** What was there. */
  kept: ReadonlyMap<string, SignalRow>;
  /** What is written now. */
  rows: readonly SignalRow[];
  /** Dead letters that are written with them. */
  letters: readonly { stage: string }[];
  /** What the ledger itself used since it last counted. */
  usage: Readonly<Record<string, number>>;
};

export async function countSteps({ told, kept, rows, letters, usage }: Batch): Promise<Counters> {
  const counters: Counters = new Map();
  const add: Add = (name, labels, by = 1) => {
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
    countUsage(each.usage ?? {}, add);
    await countPerson(each, add);
  }
  for (const { stage } of letters) add("dead_letters", { stage });
  if (counters.size > 0) countUsage(usage, add);
  return counters;
}

type Add = (name: SeriesName, labels?: Labels, by?: number) => void;

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
  addTime("signal_seconds", {}, tookMs, add);
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
    addTime("stage_seconds", { stage: layer }, duration_ms, add);
  }
  if (step.step === "decided") add("decisions", { by: field(step.data, "decided_by") ?? UNKNOWN });
  if (action === null) return;
  const { type } = action.action;
  if (step.step === "executed") add("actions_executed", { type, released_by: action.released_by ?? "auto" });
  if (step.step === "failed") add("actions_failed", { type });
}

function countUsage(usage: Readonly<Record<string, number>>, add: Add): void {
  for (const [kind, count] of Object.entries(usage)) if (isOperation(kind)) add("operations", { kind }, count);
}

async function countPerson({ step: { step, actor }, action }: Told, add: Add): Promise<void> {
  if (action === null || !isPerson(actor) || !PERSONS_STEPS.has(step)) return;
  const person = await nameTerm("rep", actor.id);
  add("people_decided", { step, type: action.action.type });
  add("person_decided", { person, step });
  const ms = decisionMs(step, action);
  if (ms === null) return;
  addTime("decision_seconds", {}, ms, add);
  add("person_seconds", { person }, ms / 1_000);
}

function isPerson(actor: Actor | null): actor is Actor {
  return actor?.kind === "person";
}

/** From the proposal to a yes or no; null for anything else. */
function decisionMs(step: string, { decided_at, proposed_at }: ActionSnapshot): number | null {
  if ((step !== "approved" && step !== "rejected") || decided_at === null) return null;
  return Math.max(0, Date.parse(decided_at) - Date.parse(proposed_at));
}

function addTime(
  name: "signal_seconds" | "stage_seconds" | "decision_seconds",
  labels: Labels,
  ms: number,
  add: Add,
): void {
  add(name, { ...labels, le: bucketOf(ms) });
  add(`${name}_sum`, labels, ms / 1_000);
}

function field(data: unknown, name: string): string | null {
  if (typeof data !== "object" || data === null) return null;
  const value: unknown = Object.entries(data).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : null;
}
