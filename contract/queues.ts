// The pipeline as one table: every queue, what it carries, who reads it and who writes it. Every wrangler.toml is held
// against this table by tests/architecture.test.ts; a binding is named after its queue (`signals-bulk` is SIGNALS_BULK).
// Rule: one consumer a queue, and a `-dead` queue for each.
import type { Topic } from "./envelope.ts";

export const LAYER_WORKERS = [
  "ingest",
  "inbox",
  "enrich",
  "decide",
  "execute",
  "ledger",
  "desk",
  "console",
  "rules",
] as const;
type LayerWorker = (typeof LAYER_WORKERS)[number];
/** `state` is the Worker at the root: the Durable Objects, D1 and its migrations. */
export type WorkerName = LayerWorker | "state";

export type QueueSpec = { topic: Topic; consumer: LayerWorker; producers: readonly WorkerName[] };

export const QUEUES = {
  /** What R2 tells of files that were put into the bucket of imports; R2 itself writes here. */
  imports: { topic: "file.dropped", consumer: "inbox", producers: [] },
  signals: { topic: "signal.received", consumer: "enrich", producers: ["ingest", "inbox"] },
  /** For what can wait: visits, and the surges that a report brings. */
  "signals-bulk": { topic: "signal.received", consumer: "enrich", producers: ["ingest", "enrich"] },
  /** Its own lane, so that a file of a million intent rows delays no signal. */
  intent: { topic: "intent.observed", consumer: "enrich", producers: ["ingest", "inbox"] },
  enriched: { topic: "signal.enriched", consumer: "decide", producers: ["enrich"] },
  plans: { topic: "plan.decided", consumer: "execute", producers: ["decide"] },
  /** Before an unattended run: fresh context from `enrich`, the verdict on `still_valid` from `decide`. */
  rechecks: { topic: "action.released", consumer: "enrich", producers: ["state"] },
  rechecked: { topic: "action.rechecked", consumer: "decide", producers: ["enrich"] },
  actions: { topic: "action.released", consumer: "execute", producers: ["state", "decide"] },
  /** What the people who approve should see at once: cards in Slack and open pages. */
  notices: { topic: "action.changed", consumer: "desk", producers: ["execute", "state"] },
  audit: {
    topic: "audit.step",
    consumer: "ledger",
    producers: ["ingest", "inbox", "enrich", "decide", "execute", "state"],
  },
  /** Raw bodies that a person asked to have read again. */
  replays: { topic: "raw.replay", consumer: "ingest", producers: ["console"] },
  /** Raw mail, which only `inbox` can read. */
  "mail-replays": { topic: "raw.replay", consumer: "inbox", producers: ["console"] },
  erasures: { topic: "erasure.requested", consumer: "ledger", producers: ["ingest", "console"] },
} as const satisfies Record<string, QueueSpec>;

/** They may write to every queue: `console` puts dead letters back, `ledger` measures how deep each is. */
export const OVERSEERS: readonly WorkerName[] = ["console", "ledger"];

export type QueueName = keyof typeof QUEUES;
export type DeadQueueName = `${QueueName}-dead`;

export const QUEUE_NAMES = Object.keys(QUEUES).filter((name): name is QueueName => name in QUEUES);

export function deadQueueOf(queue: QueueName): DeadQueueName {
  return `${queue}-dead`;
}

const PLAIN_NAMES = QUEUE_NAMES.flatMap((name) => [name, deadQueueOf(name)]).sort((a, b) => b.length - a.length);

/**
 * Which queue of this table a queue of an account is: deployments put a name before it (`dealwire-staging-signals`), so
 * that several have room in one account. Null when it is none of them.
 */
export function plainQueueName(name: string): QueueName | DeadQueueName | null {
  return PLAIN_NAMES.find((plain) => name === plain || name.endsWith(`-${plain}`)) ?? null;
}

/** After this many attempts an event that still fails is a dead letter (design: failure policy). */
export const MAX_ATTEMPTS = 5;

/** A pack is filled up to this size; Queues bill per started 64,000 bytes, about 100 of which are the platform's own. */
export const PACK_BYTES = 60_000;

/** No single event may be larger: the platform refuses messages over 128,000 bytes and a dead letter wraps the event. */
export const MAX_EVENT_BYTES = 100_000;
