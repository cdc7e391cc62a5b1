// What a message on a `-dead` queue becomes: dead letters. Most are ours and say why; a message that the platform moved
// here after its own retries is the raw pack. Rule: whatever arrives is kept, whole, under an id that does not change
// when it is delivered again.
import type { DeadLetter } from "#contract/dead-letter.ts";
import { Envelope } from "#contract/envelope.ts";
import { deadLetter, parsePayload } from "#contract/messages.ts";
import { deadQueueOf, QUEUE_NAMES, QUEUES } from "#contract/queues.ts";
import type { deadLetters } from "#contract/tables.ts";
import { deriveId } from "#runtime/digest.ts";
import { type Unpacked, unpack } from "#runtime/unpack.ts";
import { fingerprintOf } from "./letters/fingerprint.ts";

export type LetterRow = typeof deadLetters.$inferSelect;

/** `max_retries = 10` of every consumer in the pipeline, and the first delivery. */
const MAX_DELIVERIES = 11;
const CRASHED = `the Worker did not finish with this message after ${MAX_DELIVERIES} deliveries`;
/** UTF-16 units, at most 3 bytes each: D1 takes 2 MB a row. A queue message has 128 KB, so nothing real is cut. */
const MAX_EVENT_LENGTH = 500_000;

/** The letters of one message, in order. `failedAt` is when it arrived here, for letters that do not say it. */
export async function letterRows(
  deadQueue: string,
  message: { id: string; body: unknown },
  failedAt: string,
): Promise<LetterRow[]> {
  const entries = [...unpack(message.body).entries()];
  return Promise.all(
    entries.map(async ([index, entry]) => {
      const { told, ...letter } = letterOf(deadQueue, entry, failedAt);
      const toldBy = told && entry.ok ? entry.envelope.event_id : await deriveId("letter", [message.id, String(index)]);
      const identity = identityOf(letter);
      return {
        ...letter,
        reason: letter.reason.slice(0, 2_000),
        // Of what failed and where, so that an event that fails again after a replay is the same letter.
        letter_id: identity === null ? toldBy : await deriveId("letter", [letter.queue, ...identity]),
        raw_ref: letter.raw_ref ?? null,
        correlation_id: entry.ok ? entry.envelope.correlation_id : null,
        state: "open",
        event: eventText(letter.event),
        fingerprint: await fingerprintOf(letter),
        told_by: toldBy,
        times: 1,
        replay_id: null,
        history: "[]",
      };
    }),
  );
}

/** The letter as a layer wrote it, or one about what the platform moved here or what can't be read. */
function letterOf(deadQueue: string, entry: Unpacked, failedAt: string): DeadLetter & { told: boolean } {
  const origin = QUEUE_NAMES.find((name) => deadQueueOf(name) === deadQueue);
  const moved = {
    told: false,
    queue: origin ?? deadQueue,
    stage: origin === undefined ? "unknown" : QUEUES[origin].consumer,
    attempts: MAX_DELIVERIES,
    signal_id: entry.ok ? signalIdOf(entry.envelope.payload) : null,
    first_failed_at: (entry.ok ? entry.envelope.first_failed_at : undefined) ?? failedAt,
    failed_at: failedAt,
    event: entry.ok ? entry.envelope : entry.raw,
  };
  if (!entry.ok) return { ...moved, code: "malformed", reason: entry.reason };
  if (entry.envelope.topic !== deadLetter.topic) return { ...moved, code: "crashed", reason: CRASHED };
  const parsed = parsePayload(deadLetter, entry.envelope);
  return parsed.ok ? { ...parsed.event.payload, told: true } : { ...moved, code: parsed.code, reason: parsed.reason };
}

function signalIdOf(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null || !("signal_id" in payload)) return null;
  return typeof payload.signal_id === "string" ? payload.signal_id.slice(0, 100) : null;
}

/** The id of an envelope; of an event that was not understood, where it stands; null of whatever else. */
function identityOf({ event, raw_ref }: DeadLetter): string[] | null {
  const envelope = Envelope.safeParse(event);
  if (envelope.success) return [envelope.data.event_id];
  return raw_ref === undefined ? null : [raw_ref, JSON.stringify(event) ?? ""];
}

function eventText(event: unknown): string {
  const text = JSON.stringify(event) ?? "null";
  return text.length <= MAX_EVENT_LENGTH ? text : JSON.stringify(`${text.slice(0, MAX_EVENT_LENGTH)} (cut)`);
}
