// The one consume loop. Unpacks a batch, hands the layer its events, publishes what the outcomes ask for, and only
// then acknowledges; a thousand events at a time. Rules: every event is settled on its own outcome; a poison event never
// fails its batch; after the first acknowledgement nothing throws (locally a throw would bring acknowledged messages back).

import type * as z from "zod";
import type { DeadLetterCode } from "#contract/dead-letter.ts";
import type { Envelope, Event } from "#contract/envelope.ts";
import { deadLetter, type Message, parsePayload } from "#contract/messages.ts";
import { deadQueueOf, MAX_ATTEMPTS, QUEUES, type QueueName } from "#contract/queues.ts";
import { backoffSeconds, clampDelay } from "./backoff.ts";
import type { Log } from "./log.ts";
import { type Emission, type NewEmission, type Outcome, reject, retry } from "./outcome.ts";
import { type AnyQueue, createEnvelope, type EnvelopePorts, type Publish, tooLarge } from "./publish.ts";
import { type Unpacked, unpack } from "./unpack.ts";
import { takeOver, use } from "./usage.ts";

/** The part of a platform batch that the loop needs. */
export type Batch = { messages: readonly Delivered[] };
type Delivered = { body: unknown; ack(): void; retry(options?: { delaySeconds?: number }): void };
/** Messages of a batch that are dealt with together, and what they hold. */
type Part = { messages: Delivered[]; entries: Unpacked[] };

export type ConsumePorts = EnvelopePorts & {
  publish: Publish;
  log: Log;
  /** Uniform in [0, 1), for jitter. */
  random(): number;
  retryBaseSeconds: number;
};

/** Answers one outcome for each event, in order. See `eachEvent` for handlers that take one event at a time. */
export type BatchHandler<Payload> = (events: readonly Event<Payload>[]) => Promise<readonly Outcome[]>;

/**
 * A batch may have ten thousand events, each of which is held as it came, as what was made of it and as text: more than an
 * isolate's 128 MB. A thousand take half of it in `enrich` (bench/heap.ts), are a transaction that holds D1 up for no longer
 * than its other readers can wait, and a line of log with all their traces.
 */
const EVENTS_AT_ONCE = 1_000;

type Publication = { queue: AnyQueue; envelope: Envelope; delaySeconds: number };

/** When publishing fails the messages come back after this long; every step is idempotent. */
const REDELIVER_AFTER_SECONDS = 5;

/** Consumes one batch of `queue`. Never throws. */
export async function consume<Schema extends z.ZodType>(
  queue: QueueName,
  message: Message<Schema>,
  batch: Batch,
  handle: BatchHandler<z.infer<Schema>>,
  ports: ConsumePorts,
): Promise<void> {
  use("requests");
  for (const part of partsOf(batch)) await consumePart(queue, message, part, handle, ports);
}

/** One after the other, so that what a part held is let go before the next is unpacked. */
function* partsOf({ messages }: Batch): Generator<Part> {
  let part: Part = { messages: [], entries: [] };
  for (const delivered of messages) {
    const entries = unpack(delivered.body);
    if (part.entries.length > 0 && part.entries.length + entries.length > EVENTS_AT_ONCE) {
      yield part;
      part = { messages: [], entries: [] };
    }
    part.messages.push(delivered);
    part.entries.push(...entries);
  }
  yield part;
}

async function consumePart<Schema extends z.ZodType>(
  queue: QueueName,
  message: Message<Schema>,
  { messages, entries }: Part,
  handle: BatchHandler<z.infer<Schema>>,
  ports: ConsumePorts,
): Promise<void> {
  const events: Event<z.infer<Schema>>[] = [];
  const publications: Publication[] = [];
  for (const unpacked of entries) {
    if (!unpacked.ok) {
      publications.push(deadLetterOf(queue, null, unpacked.raw, "malformed", unpacked.reason, ports));
      continue;
    }
    const parsed = parsePayload(message, unpacked.envelope);
    if (parsed.ok) events.push(parsed.event);
    else
      publications.push(deadLetterOf(queue, unpacked.envelope, unpacked.envelope, parsed.code, parsed.reason, ports));
  }

  // The ledger counts what came with a step together with the step.
  if (queue !== "audit") for (const event of events) takeOver(event);
  const outcomes = await outcomesOf(events, handle, ports.log);
  logHandled(queue, events, outcomes, ports.log);
  for (const [index, event] of events.entries()) {
    publications.push(...settle(queue, event, outcomes[index] ?? retry("the handler gave no outcome"), ports));
  }

  try {
    await publishAll(publications, ports.publish);
  } catch (error) {
    ports.log("error", "publish_failed", { queue, reason: String(error) });
    for (const delivered of messages) delivered.retry({ delaySeconds: REDELIVER_AFTER_SECONDS });
    return;
  }
  for (const delivered of messages) delivered.ack();
}

async function outcomesOf<Payload>(
  events: readonly Event<Payload>[],
  handle: BatchHandler<Payload>,
  log: Log,
): Promise<readonly Outcome[]> {
  if (events.length === 0) return [];
  try {
    return await handle(events);
  } catch (error) {
    log("error", "handler_threw", { reason: String(error), correlation_id: events[0]?.correlation_id });
    return events.map(() => retry(`a bug: ${String(error)}`));
  }
}

/** What to publish for one event: what it asked for, then its own next attempt or its dead letter. */
function settle(queue: QueueName, event: Event<unknown>, outcome: Outcome, ports: ConsumePorts): Publication[] {
  const emitted = outcome.emits.map((emission) => ({
    queue: emission.queue,
    delaySeconds: 0,
    envelope: "envelope" in emission ? emission.envelope : envelopeOf(emission, event, ports),
  }));
  // What is passed on is not ours to refuse: whoever made it has done what it tells of.
  const made = emitted.filter((_, index) => !isPassedOn(outcome.emits[index]));
  const oversized = made.map(({ envelope }) => tooLarge(envelope)).find((reason) => reason !== null);
  if (oversized !== undefined) return settle(queue, event, reject("invalid_event", oversized), ports);
  return [...emitted, ...nextAttempt(queue, event, outcome, ports)];
}

function isPassedOn(emission: Emission | undefined): boolean {
  return emission !== undefined && "envelope" in emission;
}

function envelopeOf(
  { message, payload, priority, correlationId }: NewEmission,
  event: Event<unknown>,
  ports: EnvelopePorts,
): Envelope {
  const origin = {
    correlation_id: correlationId ?? event.correlation_id,
    priority: priority ?? event.priority,
    causation_id: event.event_id,
  };
  const envelope = createEnvelope(message, payload, origin, ports);
  const { rules_as_of } = event;
  return rules_as_of === undefined ? envelope : { ...envelope, rules_as_of };
}

/**
 * A line for each event would cost more than its way through all queues, so a line names the traces of many: each step is
 * found by its correlation id. The trail's own queue would tell every step a second time.
 */
function logHandled(queue: QueueName, events: readonly Event<unknown>[], outcomes: readonly Outcome[], log: Log): void {
  if (events.length === 0) return;
  const done = outcomes.filter(isDone).length;
  const traces =
    queue === "audit" ? {} : { traces: [...new Set(events.map((event) => event.correlation_id))].join(" ") };
  log("info", "handled", { queue, events: events.length, done, ...traces });
}

function isDone({ kind }: Outcome): boolean {
  return kind === "done";
}

function nextAttempt(queue: QueueName, event: Event<unknown>, outcome: Outcome, ports: ConsumePorts): Publication[] {
  const fields = { queue, correlation_id: event.correlation_id, attempt: event.attempt };
  switch (outcome.kind) {
    case "done":
      return [];
    case "defer":
      ports.log("info", "deferred", { ...fields, reason: outcome.reason, after: outcome.afterSeconds });
      return [{ queue, envelope: event, delaySeconds: clampDelay(outcome.afterSeconds) }];
    case "reject":
      ports.log("warn", "rejected", { ...fields, code: outcome.code });
      return [deadLetterOf(queue, event, event, outcome.code, outcome.reason, ports)];
    case "retry": {
      if (event.attempt >= MAX_ATTEMPTS) {
        const reason = `gave up after ${event.attempt} attempts; the last one: ${outcome.reason}`;
        ports.log("warn", "attempts_exhausted", fields);
        return [deadLetterOf(queue, event, event, "attempts_exhausted", reason, ports)];
      }
      const wait = outcome.afterSeconds ?? backoffSeconds(event.attempt, ports.retryBaseSeconds, ports.random());
      ports.log("warn", "retrying", { ...fields, after: wait });
      const first_failed_at = event.first_failed_at ?? new Date(ports.now()).toISOString();
      const envelope = { ...event, attempt: event.attempt + 1, first_failed_at };
      return [{ queue, envelope, delaySeconds: clampDelay(wait) }];
    }
  }
}

function deadLetterOf(
  queue: QueueName,
  envelope: Envelope | null,
  event: unknown,
  code: DeadLetterCode,
  reason: string,
  ports: EnvelopePorts,
): Publication {
  const failedAt = new Date(ports.now()).toISOString();
  const payload = {
    queue,
    stage: QUEUES[queue].consumer,
    code,
    reason: reason.slice(0, 2_000),
    attempts: envelope?.attempt ?? 1,
    signal_id: signalIdOf(envelope?.payload),
    first_failed_at: envelope?.first_failed_at ?? failedAt,
    failed_at: failedAt,
    event,
  };
  const origin = {
    correlation_id: envelope?.correlation_id ?? ports.newEventId().replaceAll("-", ""),
    priority: envelope?.priority ?? "standard",
    causation_id: envelope?.event_id ?? null,
  } as const;
  return { queue: deadQueueOf(queue), delaySeconds: 0, envelope: createEnvelope(deadLetter, payload, origin, ports) };
}

/** Every payload of the pipeline names its signal; what does not parse may still do. */
function signalIdOf(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null || !("signal_id" in payload)) return null;
  return typeof payload.signal_id === "string" ? payload.signal_id.slice(0, 100) : null;
}

/** One call per queue and delay, so that events packed together travel together. */
async function publishAll(publications: readonly Publication[], publish: Publish): Promise<void> {
  const groups = Map.groupBy(publications, ({ queue, delaySeconds }) => `${queue} ${delaySeconds}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const delay = first.delaySeconds > 0 ? first.delaySeconds : undefined;
    await publish(
      first.queue,
      group.map(({ envelope }) => envelope),
      delay,
    );
  }
}
