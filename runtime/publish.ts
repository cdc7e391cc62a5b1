// The one way onto a queue. Builds envelopes, packs as many as fit into each message, and sends the messages in as few
// calls as the platform allows. Rule: `publish` resolves only when the queue took everything; a caller that must not
// lose an event awaits it before it answers or acknowledges.

import type * as z from "zod";
import type { Envelope, Priority } from "#contract/envelope.ts";
import type { Message } from "#contract/messages.ts";
import { type DeadQueueName, MAX_EVENT_BYTES, PACK_BYTES, type QueueName } from "#contract/queues.ts";
import { use, withUsage } from "./usage.ts";

/** The platform's limits for one sendBatch call: messages, and bytes over all of them (256 KB, kept below). */
const SEND_BATCH_MESSAGES = 100;
const SEND_BATCH_BYTES = 240_000;

/** Each started chunk of a message is billed as written, read and deleted; about a hundred bytes are the platform's own. */
const CHUNK_BYTES = 63_900;
const OPERATIONS_A_CHUNK = 3;
/** What a Worker used is told on these; what comes with a signal, its consumer tells on. */
const TELLING: ReadonlySet<AnyQueue> = new Set(["audit", "signals", "signals-bulk"]);

/** The part of a queue binding that publishing needs. */
export type QueueBinding = {
  sendBatch(messages: Iterable<{ body: string; contentType: "text"; delaySeconds?: number }>): Promise<unknown>;
};

export type AnyQueue = QueueName | DeadQueueName;
export type Publish = (queue: AnyQueue, envelopes: readonly Envelope[], delaySeconds?: number) => Promise<void>;

export type EnvelopePorts = { now(): number; newEventId(): string; codeVersion?: string | undefined };

/** A new event of `message`. `cause` is the event that led here, or null for the first of its chain. */
export function createEnvelope<Schema extends z.ZodType>(
  message: Message<Schema>,
  payload: z.infer<Schema>,
  origin: { correlation_id: string; priority: Priority; causation_id: string | null },
  ports: EnvelopePorts,
): Envelope {
  return {
    event_id: ports.newEventId(),
    topic: message.topic,
    schema_version: message.version,
    priority: origin.priority,
    correlation_id: origin.correlation_id,
    causation_id: origin.causation_id,
    attempt: 1,
    published_at: new Date(ports.now()).toISOString(),
    ...(ports.codeVersion !== undefined && { code_version: ports.codeVersion }),
    payload,
  };
}

/** Publishes over the given bindings; naming a queue that this Worker has no binding for is a bug and throws. */
export function createPublish(bindings: Readonly<Partial<Record<AnyQueue, QueueBinding>>>): Publish {
  return async (queue, envelopes, delaySeconds) => {
    if (envelopes.length === 0) return;
    const binding = bindings[queue];
    if (binding === undefined) throw new Error(`no producer binding for queue "${queue}" in this Worker`);
    const delay = delaySeconds === undefined ? {} : { delaySeconds };
    const all = pack(TELLING.has(queue) ? withUsage(envelopes) : envelopes);
    for (const body of all) use("queue_operations", OPERATIONS_A_CHUNK * chunksOf(body));
    for (const bodies of groupBySize(all, SEND_BATCH_BYTES, SEND_BATCH_MESSAGES)) {
      await binding.sendBatch(bodies.map((body) => ({ body, contentType: "text" as const, ...delay })));
    }
  };
}

/** The bodies of the messages that carry these envelopes, in order: each a JSON array of up to PACK_BYTES. */
export function pack(envelopes: readonly Envelope[]): string[] {
  return groupBySize(envelopes.map(textOf), PACK_BYTES, Number.POSITIVE_INFINITY).map(
    (group) => `[${group.join(",")}]`,
  );
}

/** An envelope is never changed, so the text that was measured is the text that is sent. */
const texts = new WeakMap<Envelope, string>();

function textOf(envelope: Envelope): string {
  const known = texts.get(envelope);
  if (known !== undefined) return known;
  const text = JSON.stringify(envelope);
  texts.set(envelope, text);
  return text;
}

/** Why this event can't travel on a queue, or null when it can. */
export function tooLarge(envelope: Envelope): string | null {
  const text = textOf(envelope);
  if (isWithin(text.length, MAX_EVENT_BYTES)) return null;
  const bytes = byteLength(text);
  return bytes <= MAX_EVENT_BYTES ? null : `the event has ${bytes} bytes; a queue takes at most ${MAX_EVENT_BYTES}`;
}

function chunksOf(body: string): number {
  return isWithin(body.length, CHUNK_BYTES) ? 1 : Math.ceil(byteLength(body) / CHUNK_BYTES);
}

/** Whether texts of that length fit for sure: no character has more than three bytes for each of its UTF-16 units. */
function isWithin(length: number, maxBytes: number): boolean {
  return length * 3 <= maxBytes;
}

/** Groups texts in order so that no group exceeds the limits; a text over the limit makes a group of its own. */
function groupBySize(texts: readonly string[], maxBytes: number, maxCount: number): string[][] {
  const length = texts.reduce((sum, text) => sum + text.length + 1, 0);
  if (texts.length > 0 && texts.length <= maxCount && isWithin(length, maxBytes)) return [[...texts]];
  const groups: string[][] = [];
  let group: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = byteLength(text) + 1;
    if (group.length > 0 && (bytes + size > maxBytes || group.length >= maxCount)) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(text);
    bytes += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

const encoder = new TextEncoder();
function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}
