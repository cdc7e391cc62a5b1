// From a verified request to what is on the queues: read, shed, kept, published. Rules: what is turned away leaves
// nothing behind; what is answered with 2xx is on the queues.
import type { SignalIdentity } from "#contract/signal-received.ts";
import { weightOf } from "#contract/weights.ts";
import type { Log } from "#runtime/log.ts";
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import type { Failure } from "./answers.ts";
import type { Lane } from "./backlog.ts";
import { type Intake, intakeOf } from "./intake.ts";
import { publishIntake } from "./publish-intake.ts";
import type { Delivery } from "./raw-body.ts";
import { keepRaw, type RawStore } from "./raw-store.ts";
import { readText } from "./read-text.ts";
import { type ShedLevel, sheds } from "./shedding.ts";
import type { Reading, Source } from "./sources/source.ts";

export type TakeDeps = EnvelopePorts & {
  publish: Publish;
  /** What a lane turns away now. */
  shedLevel(lane: Lane): Promise<ShedLevel>;
  raw: RawStore;
  log: Log;
};

type Receipt = { accepted: number; ignored: number; rejected: number; signals: readonly SignalIdentity[] };
export type Taken = { kind: "taken"; source: Source; receipt: Receipt; body: string };

/** `settings` are those of the source. */
export async function take(
  delivery: Delivery,
  settings: Readonly<Record<string, string>>,
  deps: TakeDeps,
): Promise<Taken | Failure> {
  const { source, headers, receivedAtMs, correlationId } = delivery;
  const text = readText(delivery.body);
  if (text === null) return { kind: "not_utf8", rawRef: await keepRaw(delivery, false, deps) };
  const receivedAt = new Date(receivedAtMs).toISOString();
  const normalized = source.normalize(text, { headers, receivedAt, settings });
  if (!normalized.ok) {
    const { errors } = normalized;
    return { kind: "not_understood", source: source.name, errors, rawRef: await keepRaw(delivery, false, deps) };
  }
  const { readings } = normalized;
  const level = await deps.shedLevel(source.lane);
  if (sheds(level, urgenciesOf(readings, source))) {
    return { kind: "shed", source: source.name, code: level, retryAfterUnit: source.retryAfterUnit };
  }

  const rawRef = await keepRaw(delivery, !readings.some(({ kind }) => kind === "invalid"), deps);
  const intake = await intakeOf(readings, { ...delivery, rawRef, replay: null }, deps);
  const refused = await publishIntake(intake, source.lane, deps.publish);
  if (refused !== null) return { kind: "queue_refused", reason: refused, retryAfterUnit: source.retryAfterUnit };

  const receipt = receiptOf(intake);
  const { accepted, ignored, rejected } = receipt;
  const names = [...new Set(intake.ignored)].join(" ").slice(0, 500);
  const fields = { source: source.name, accepted, ignored, ignored_names: names, rejected, raw_ref: rawRef };
  deps.log(rejected > 0 ? "warn" : "info", "received", { ...fields, correlation_id: correlationId });
  return { kind: "taken", source, receipt, body: text };
}

/** By the event alone: enrichment may find a signal more urgent, but only of one that was let in. */
function urgenciesOf(readings: readonly Reading[], source: Source) {
  return readings.flatMap((reading) => {
    if (reading.kind !== "signal") return [];
    return [reading.draft.urgency ?? weightOf(source.name, reading.draft.payload.event).urgency];
  });
}

function receiptOf({ identities, ignored, dead }: Intake): Receipt {
  return { accepted: identities.length, ignored: ignored.length, rejected: dead.length, signals: identities };
}
