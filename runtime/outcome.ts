// What became of one event: the four fates that a handler can give it, and what it publishes with it. Rule: outcomes,
// not exceptions. The consume loop publishes the emissions first and settles the event after, so nothing is
// acknowledged before what it asked for is durable.

import type * as z from "zod";
import type { DeadLetterCode } from "#contract/dead-letter.ts";
import type { Envelope, Priority } from "#contract/envelope.ts";
import type { Message } from "#contract/messages.ts";
import type { QueueName } from "#contract/queues.ts";

/** An event to publish as a consequence of this one; it inherits the correlation id and the priority it does not name. */
export type NewEmission = {
  queue: QueueName;
  message: Message<z.ZodType>;
  payload: unknown;
  priority?: Priority;
  correlationId?: string;
};

/** One that somebody else has made, to be passed on as it is; told again it keeps its id. */
type PassedOn = { queue: QueueName; envelope: Envelope } & { [Field in Exclude<keyof NewEmission, "queue">]?: never };

export type Emission = NewEmission | PassedOn;

export type Outcome =
  | { kind: "done"; emits: readonly Emission[] }
  /** Transient. Tried again after `afterSeconds` (null: exponential backoff); uses up one attempt. */
  | { kind: "retry"; afterSeconds: number | null; reason: string; emits: readonly Emission[] }
  /** Not its turn yet (an open circuit, a lease held elsewhere): tried again later without using up an attempt. */
  | { kind: "defer"; afterSeconds: number; reason: string; emits: readonly Emission[] }
  /** Permanent: a dead letter at once, with a code and a sentence for people. */
  | { kind: "reject"; code: DeadLetterCode; reason: string; emits: readonly Emission[] };

export function done(...emits: readonly Emission[]): Outcome {
  return { kind: "done", emits };
}

export function retry(reason: string, afterSeconds: number | null = null): Outcome {
  return { kind: "retry", afterSeconds, reason, emits: [] };
}

export function defer(reason: string, afterSeconds: number): Outcome {
  return { kind: "defer", afterSeconds, reason, emits: [] };
}

export function reject(code: DeadLetterCode, reason: string): Outcome {
  return { kind: "reject", code, reason, emits: [] };
}

/** Pairs a payload with its message, so that a payload of another topic does not compile. */
export function emission<Schema extends z.ZodType>(
  queue: QueueName,
  message: Message<Schema>,
  payload: z.infer<Schema>,
  priority?: Priority,
): NewEmission {
  return priority === undefined ? { queue, message, payload } : { queue, message, payload, priority };
}
