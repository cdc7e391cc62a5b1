// The signals of the trail bench, as told by the layers: received, enriched, decided, and for those with an action also
// proposed, released, executed. Rule: all of a day, `DAY`, so that a copy moves to a day of its own by replacing it.
import { stepOf } from "#runtime/audit.ts";
import { eventId, received, SUMMARY, snapshot, step } from "../../workers/ledger/steps.fixture.ts";
import { type Told, toldSteps } from "../../workers/ledger/told-steps.ts";

export const DAY = "2026-06-01";
/** What many signals share. */
export const DEALS = 5_000;
export const ACCOUNTS = 2_000;
export const REPS = 10;
const SOURCES = ["hubspot", "salesforce", "gong", "track"] as const;
const TYPES = ["crm_event", "call_complete", "intent", "behavioral"] as const;
const REASONS = ["No rule applies.", "A competitor was named.", "The close date was pushed.", "The champion left."];
/** What enrichment adds, so that a row has the size of a real one. */
const CONTEXT = "x".repeat(2_000);
const MS_APART = 8_600;

/** Letters of an id that are the number of the copy; the other eight are the signal's. */
export const PREFIX_LETTERS = 18;

export const idOf = (n: number, copy = 0) => `sig_${lettersOf(copy, PREFIX_LETTERS)}${lettersOf(n, 8)}`;
export const traceOf = (n: number) => `c0ffee00${n.toString(16).padStart(24, "0")}`;
export const personOf = (n: number) => `p${n}@acme.test`;
export const repOf = (n: number) => `rep${Math.floor(n / 10) % REPS}@example.com`;

/** Digits as letters, because ids have few digits. */
export function lettersOf(n: number, length: number): string {
  return Array.from(String(n).padStart(length, "0"), (digit) => "abcdefghij"[Number(digit)]).join("");
}

/** The steps of signal `n`; with an action when `acts`. */
export function stepsOf(n: number, acts: boolean): Told[] {
  const signal_id = idOf(n);
  const subject = `hubspot:${n % DEALS}`;
  const at = (ms: number) => new Date(Date.parse(`${DAY}T00:00:00.000Z`) + (n % 10_000) * MS_APART + ms).toISOString();
  const about = { source: SOURCES[n % 4] ?? "hubspot", signal_type: TYPES[n % 4] ?? "intent" };
  const parties = { subject, deal_id: subject, account_id: `hubspot:a${n % ACCOUNTS}` };
  const signal = { ...SUMMARY, ...about, ...parties, received_at: at(0), fired_at: at(0) };
  const contacts = [{ id: `hubspot:c${n}`, email: personOf(n) }];
  const data = { signal: { deal_context: { id: subject, contacts }, text: CONTEXT } };
  const summary = REASONS[n % 4] ?? "";
  const steps = [
    received({ signal_id, at: at(0), signal }),
    step({ signal_id, layer: "enrich", step: "enriched", at: at(900), duration_ms: 800, data }),
    step({ signal_id, at: at(1_000), fate: acts ? "waiting" : "no_action", summary }),
    ...(acts ? actionSteps(n, subject, at) : []),
  ];
  const events = steps.map((event, place) => ({
    ...event,
    event_id: eventId(n * 10 + place),
    correlation_id: traceOf(n),
    payload: stepOf(event.payload),
  }));
  return toldSteps(events);
}

function actionSteps(n: number, subject: string, at: (ms: number) => string) {
  const signal_id = idOf(n);
  const base = snapshot({ signal_id, subject, correlation_id: traceOf(n), proposed_at: at(1_100) });
  const owner = {
    id: `hubspot:o${n % REPS}`,
    name: `Rep ${n % REPS}`,
    email: repOf(n),
    time_zone: null,
    manager: null,
  };
  const action = { ...base.action, owner, action_id: `act_${signal_id.slice(4)}` };
  return (["pending", "released", "executed"] as const).map((state, place) =>
    step({
      signal_id,
      layer: "deal",
      step: state === "pending" ? "proposed" : state,
      at: at(1_100 + place * 5_000),
      fate: state === "executed" ? "executed" : null,
      action: { ...base, action, state, version: place + 1, due_at: state === "pending" ? at(14_400_000) : null },
    }),
  );
}
