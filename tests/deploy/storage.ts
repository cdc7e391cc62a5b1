// What the stand-in's account stores: queues with their consumers, databases, buckets. Rule: as strict as the platform is
// known to be, with its codes; a database is a real SQLite, so that a migration that is missing is missed.
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { type Handlers, Refusal } from "./refusal.ts";

const Consumer = z.looseObject({
  script_name: z.string(),
  dead_letter_queue: z.string().optional(),
  settings: z.record(z.string(), z.number()).default({}),
});
const Rules = z.looseObject({ rules: z.array(z.looseObject({ id: z.string().optional() })) });
const QueueBody = z.looseObject({
  queue_name: z.string().optional(),
  settings: z.object({ message_retention_period: z.int().min(60).max(1_209_600) }),
});
const Named = z.looseObject({ name: z.string() });
const Sql = z.looseObject({ sql: z.string() });

type Queue = {
  id: string;
  retention: number;
  consumers: { consumer_id: string; script_name: string; settings: Record<string, number> }[];
  backlog: number;
};
type Bucket = { rules: z.infer<typeof Rules>["rules"]; notified: Set<string>; files: number };

const FREE_RETENTION_SECONDS = 86_400;

export class Storage {
  readonly queues = new Map<string, Queue>();
  readonly databases = new Map<string, { uuid: string; sql: DatabaseSync }>();
  readonly buckets = new Map<string, Bucket>();
  plan: "paid" | "free" = "paid";
  /** Throws for a Worker that is not there. */
  readonly #expectWorker: (script: string) => void;

  constructor(expectWorker: (script: string) => void) {
    this.#expectWorker = expectWorker;
  }

  readonly handlers: Handlers = [
    ["GET /queues", (_, query) => this.#listQueues(query.getAll("name"))],
    ["POST /queues", (_, __, body) => this.#createQueue(QueueBody.parse(body))],
    [
      "PATCH /queues/*",
      ([id], _, body) => {
        this.#queue(id).retention = QueueBody.parse(body).settings.message_retention_period;
        return {};
      },
    ],
    ["DELETE /queues/*", ([id]) => this.#deleteQueue(id)],
    ["GET /queues/*/metrics", ([id]) => ({ backlog_count: this.#queue(id).backlog, backlog_bytes: 0 })],
    ["GET /queues/*/consumers", ([id]) => this.#queue(id).consumers],
    ["POST /queues/*/consumers", ([id], _, body) => this.#addConsumer(this.#queue(id), Consumer.parse(body))],
    [
      "PUT /queues/*/consumers/*",
      ([id, consumerId], _, body) => {
        const { settings, dead_letter_queue } = Consumer.parse(body);
        this.#checkDeadLetters(dead_letter_queue);
        for (const each of this.#queue(id).consumers) if (each.consumer_id === consumerId) each.settings = settings;
        return {};
      },
    ],
    [
      "DELETE /queues/*/consumers/*",
      ([id, consumer]) => {
        const queue = this.#queue(id);
        queue.consumers = queue.consumers.filter(({ consumer_id }) => consumer_id !== consumer);
        return {};
      },
    ],

    ["GET /d1/database", () => [...this.databases].map(([name, { uuid }]) => ({ uuid, name }))],
    [
      "POST /d1/database",
      (_, __, body) => {
        const { name } = Named.parse(body);
        if (this.databases.has(name)) throw new Refusal(400, 7_502, `A database named ${name} already exists`);
        this.databases.set(name, { uuid: randomUUID(), sql: new DatabaseSync(":memory:") });
        return { uuid: this.databases.get(name)?.uuid, name };
      },
    ],
    ["GET /d1/database/*", ([id]) => ({ uuid: this.expectDatabase(id).uuid, name: "", num_tables: 0 })],
    ["POST /d1/database/*/query", ([id], _, body) => this.#query(id, Sql.parse(body).sql)],
    [
      "DELETE /d1/database/*",
      ([id]) => {
        for (const [name, { uuid }] of this.databases) if (uuid === id) this.databases.delete(name);
        return {};
      },
    ],

    [
      "POST /r2/buckets",
      (_, __, body) => {
        const { name } = Named.parse(body);
        if (this.buckets.has(name)) throw new Refusal(409, 10_004, "The bucket you tried to create already exists");
        this.buckets.set(name, { rules: [], notified: new Set(), files: 0 });
        return { name };
      },
    ],
    ["GET /r2/buckets/*", ([name]) => ({ name, files: this.#bucket(name).files })],
    [
      "DELETE /r2/buckets/*",
      ([name = ""]) => {
        if (this.#bucket(name).files > 0) throw new Refusal(409, 10_008, "The bucket you tried to delete is not empty");
        this.buckets.delete(name);
        return {};
      },
    ],
    ["GET /r2/buckets/*/lifecycle", ([name]) => ({ rules: this.#bucket(name).rules })],
    [
      "PUT /r2/buckets/*/lifecycle",
      ([name], _, body) => {
        this.#bucket(name).rules = Rules.parse(body).rules;
        return {};
      },
    ],
    [
      "GET /event_notifications/r2/*/configuration",
      ([name]) => {
        const { notified } = this.#bucket(name);
        if (notified.size === 0) throw new Refusal(404, 11_015, "No event notification config found for that bucket");
        return { bucketName: name, queues: [...notified].map((queueId) => ({ queueId, rules: [] })) };
      },
    ],
    [
      "PUT /event_notifications/r2/*/configuration/queues/*",
      ([name, id], _, body) => {
        Rules.parse(body);
        this.#queue(id);
        this.#bucket(name).notified.add(id ?? "");
        return {};
      },
    ],
    [
      "DELETE /event_notifications/r2/*/configuration/queues/*",
      ([name, id]) => {
        this.#bucket(name).notified.delete(id ?? "");
        return {};
      },
    ],
  ];

  #listQueues(names: readonly string[]) {
    return [...this.queues]
      .filter(([name]) => names.length === 0 || names.includes(name))
      .map(([queue_name, { id, retention, consumers }]) => ({
        queue_id: id,
        queue_name,
        settings: { message_retention_period: retention },
        consumers: consumers.map(({ consumer_id, script_name, settings }) => ({
          settings,
          consumer_id,
          script: script_name,
          type: "worker",
        })),
        producers: [],
      }));
  }

  #createQueue({ queue_name = "", settings }: z.infer<typeof QueueBody>) {
    // The limit is documented (https://developers.cloudflare.com/queues/platform/limits/), how it is refused is not.
    if (this.plan === "free" && settings.message_retention_period > FREE_RETENTION_SECONDS)
      throw new Refusal(400, 11_003, "message_retention_period is out of range");
    if (this.queues.has(queue_name)) throw new Refusal(400, 11_009, `Queue name '${queue_name}' is already taken`);
    const id = randomUUID().replaceAll("-", "");
    this.queues.set(queue_name, { id, retention: settings.message_retention_period, consumers: [], backlog: 0 });
    return { queue_id: id, queue_name };
  }

  #deleteQueue(id: string | undefined) {
    if (this.#queue(id).consumers.length > 0) throw new Refusal(400, 11_005, "The queue still has a consumer");
    for (const [name, queue] of this.queues) if (queue.id === id) this.queues.delete(name);
    return {};
  }

  #addConsumer(queue: Queue, consumer: z.infer<typeof Consumer>) {
    if (queue.consumers.length > 0) throw new Refusal(400, 11_004, "Queue already has a consumer: consumer_exists");
    this.#expectWorker(consumer.script_name);
    this.#checkDeadLetters(consumer.dead_letter_queue);
    const { script_name, settings } = consumer;
    queue.consumers.push({ consumer_id: randomUUID(), script_name, settings });
    return {};
  }

  #checkDeadLetters(deadQueue: string | undefined): void {
    if (deadQueue !== undefined && !this.queues.has(deadQueue)) throw new Refusal(404, 11_000, "Queue not found");
  }

  #query(id: string | undefined, sql: string) {
    try {
      const { sql: database } = this.expectDatabase(id);
      if (!/^\s*SELECT/i.test(sql)) {
        database.exec(sql);
        return [{ results: [], success: true, meta: { duration: 1 } }];
      }
      return [{ results: database.prepare(sql).all(), success: true, meta: { duration: 1 } }];
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal(400, 7_500, error instanceof Error ? error.message : String(error));
    }
  }

  #queue(id: string | undefined): Queue {
    const queue = [...this.queues.values()].find((each) => each.id === id);
    if (queue === undefined) throw new Refusal(404, 11_000, "Queue not found");
    return queue;
  }

  expectDatabase(id: string | undefined): { uuid: string; sql: DatabaseSync } {
    const database = [...this.databases.values()].find(({ uuid }) => uuid === id);
    if (database === undefined) throw new Refusal(404, 7_404, `The database ${id} could not be found`);
    return database;
  }

  #bucket(name = ""): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new Refusal(404, 10_006, "The specified bucket does not exist.");
    return bucket;
  }
}
