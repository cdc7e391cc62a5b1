// The tracked config of a Worker, and the copy that is deployed: with the names of the deployment, its variables, its
// routes and the ids that the account gave. Rule: nothing of a deployment is written into a tracked file.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import * as z from "zod";
import type { WorkerName } from "#contract/queues.ts";
import { configPath, deployedName, queueName } from "./names.ts";
import type { Route } from "./routes.ts";
import type { Settings } from "./settings.ts";

const Producer = z.looseObject({ queue: z.string() });
const Consumer = z.looseObject({
  queue: z.string(),
  dead_letter_queue: z.string().optional(),
  max_batch_size: z.int(),
  /** Seconds. */
  max_batch_timeout: z.int(),
  max_retries: z.int(),
  max_concurrency: z.int().optional(),
});
export type ConsumerConfig = z.infer<typeof Consumer>;
const WorkerConfig = z.looseObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  alias: z.record(z.string(), z.string()).default({}),
  vars: z.record(z.string(), z.string()).default({}),
  secrets: z.object({ required: z.array(z.string()) }),
  triggers: z.object({ crons: z.array(z.string()) }).default({ crons: [] }),
  queues: z
    .object({ producers: z.array(Producer).default([]), consumers: z.array(Consumer).default([]) })
    .default({ producers: [], consumers: [] }),
  d1_databases: z.array(z.looseObject({ database_name: z.string(), migrations_dir: z.string() })).default([]),
  r2_buckets: z.array(z.looseObject({ bucket_name: z.string() })).default([]),
  durable_objects: z
    .object({ bindings: z.array(z.looseObject({ class_name: z.string(), script_name: z.string().optional() })) })
    .default({ bindings: [] }),
  exports: z.record(z.string(), z.unknown()).default({}),
  observability: z.looseObject({ logs: z.looseObject({}).optional() }).default({}),
  ratelimits: z.array(z.looseObject({ namespace_id: z.string() })).default([]),
});
export type WorkerConfig = z.infer<typeof WorkerConfig>;

export function readWorkerConfig(root: string, worker: WorkerName): WorkerConfig {
  return WorkerConfig.parse(parse(readFileSync(join(root, configPath(worker)), "utf8")));
}

/** The config under the names and with the values of the deployment; paths and the database's id are still the tracked ones. */
export function withSettings(config: WorkerConfig, settings: Settings, routes: readonly Route[]): WorkerConfig {
  const named = (tracked: string) => deployedName(settings.name, tracked);
  const queue = (plain: string) => queueName(settings.name, plain);
  const { producers, consumers } = config.queues;
  return {
    ...config,
    name: named(config.name),
    vars: variablesOf(config.vars, settings),
    queues: {
      producers: producers.map((producer) => ({ ...producer, queue: queue(producer.queue) })),
      consumers: consumers.map(({ dead_letter_queue: dead, ...consumer }) => ({
        ...consumer,
        queue: queue(consumer.queue),
        ...(dead === undefined ? {} : { dead_letter_queue: queue(dead) }),
      })),
    },
    d1_databases: config.d1_databases.map((db) => ({ ...db, database_name: named(db.database_name) })),
    r2_buckets: config.r2_buckets.map((bucket) => ({ ...bucket, bucket_name: named(bucket.bucket_name) })),
    durable_objects: {
      bindings: config.durable_objects.bindings.map((binding) =>
        binding.script_name === undefined ? binding : { ...binding, script_name: named(binding.script_name) },
      ),
    },
    ratelimits: config.ratelimits.map((limit) => ({
      ...limit,
      namespace_id: rateLimitId(settings.name, limit.namespace_id),
    })),
    ...(settings.telemetry === undefined ? {} : { observability: observabilityOf(config, settings.telemetry) }),
    ...(routes.length > 0 ? { routes } : {}),
  };
}

/** Logs and spans also go to the destinations; all lines, and of the spans a share. */
function observabilityOf(
  { observability }: WorkerConfig,
  { destinations, sampling }: NonNullable<Settings["telemetry"]>,
): WorkerConfig["observability"] {
  return {
    ...observability,
    logs: { ...observability.logs, enabled: true, destinations },
    traces: { enabled: true, destinations, head_sampling_rate: sampling },
  };
}

/** What wrangler reads, from wherever it lies: paths are absolute, the database has its id, and the release its record. */
export function deployable(
  config: WorkerConfig,
  {
    root,
    worker,
    databaseId,
    vars,
  }: {
    root: string;
    worker: WorkerName;
    databaseId: string;
    vars: Readonly<Record<string, string>>;
  },
): WorkerConfig {
  const folder = join(root, dirname(configPath(worker)));
  const absolute = (path: string) => (path.startsWith(".") ? join(folder, path) : path);
  return {
    ...config,
    main: join(folder, config.main),
    alias: Object.fromEntries(Object.entries(config.alias).map(([from, to]) => [from, absolute(to)])),
    vars: { ...config.vars, ...vars },
    d1_databases: config.d1_databases.map((database) => ({
      ...database,
      database_id: databaseId,
      migrations_dir: join(folder, database.migrations_dir),
    })),
  };
}

/** A Worker gets the variables that its tracked config has, and no others. */
function variablesOf(tracked: WorkerConfig["vars"], settings: Settings): Record<string, string> {
  const values: Record<string, string> = {
    PUBLIC_URL: `https://${settings.domain}`,
    AUTH_MODE: "access",
    ACCESS_TEAM_DOMAIN: settings.access_team_domain,
    ACCESS_AUD: settings.access_aud,
    OPERATORS: settings.operators.join(" "),
    ...settings.vars,
  };
  return Object.fromEntries(Object.entries(tracked).map(([name, value]) => [name, values[name] ?? value]));
}

/** Counters of one id are shared by the whole account; each deployment counts for itself. */
function rateLimitId(deployment: string, tracked: string): string {
  if (deployment === "dealwire") return tracked;
  let hash = 0;
  for (const character of deployment) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 100_000;
  return String(hash * 10_000 + Number(tracked));
}
