// What the account has of a deployment, read afresh every time. Rule: this is the only state there is; nothing that was
// done is remembered on the machine that did it, so whoever comes next goes on from here.
import * as z from "zod";
import type { WorkerName } from "#contract/queues.ts";
import type { Cloudflare } from "./cloudflare.ts";
import { Refused } from "./cloudflare.ts";
import { deployedName, PLAIN_QUEUES, queueName, WORKERS, workerName } from "./names.ts";
import { RELEASE_VARIABLE, Release } from "./release.ts";

/** As the API gives them. */
const ConsumerSettings = z.looseObject({
  batch_size: z.number().optional(),
  max_retries: z.number().optional(),
  max_wait_time_ms: z.number().optional(),
  max_concurrency: z.number().nullish(),
});
const Consumer = z
  .looseObject({
    script: z.string().optional(),
    script_name: z.string().optional(),
    service: z.string().optional(),
    consumer_id: z.string().default(""),
    settings: ConsumerSettings.default({}),
  })
  .transform(({ script, script_name, service, consumer_id, settings }) => ({
    id: consumer_id,
    script: script_name ?? script ?? service ?? null,
    settings,
  }));
const Queue = z.looseObject({
  queue_id: z.string(),
  queue_name: z.string(),
  settings: z.looseObject({ message_retention_period: z.number() }).partial().default({}),
  consumers: z.array(Consumer).default([]),
});
const Lifecycle = z.object({ rules: z.array(z.looseObject({ id: z.string() })).default([]) });
const Notifications = z.looseObject({ queues: z.array(z.looseObject({ queueId: z.string() })).default([]) });
const Deployments = z.object({
  deployments: z.array(
    z.looseObject({ created_on: z.string().optional(), versions: z.array(z.looseObject({ version_id: z.string() })) }),
  ),
});
const Binding = z.looseObject({ name: z.string(), type: z.string(), text: z.string().optional() });
const Version = z.looseObject({
  id: z.string(),
  annotations: z.record(z.string(), z.string()).optional(),
  resources: z.looseObject({ bindings: z.array(Binding).default([]) }),
});

export type QueueState = {
  id: string;
  retentionSeconds: number | null;
  /** One that is not a Worker (HTTP pull) has no script. */
  consumers: z.infer<typeof Consumer>[];
};
type BucketState = { lifecycleRules: z.infer<typeof Lifecycle>["rules"]; notifiedQueueIds: string[] };
type WorkerState = {
  versionId: string;
  /** Null when somebody else deployed it. */
  release: Release | null;
  secrets: ReadonlySet<string>;
  crons: string[];
  /** Where it answers past its routes, and so past Access; for people. Empty unless somebody switched it on. */
  openAddresses: readonly string[];
};
export type Account = {
  /** The zone that the host name is in; null when the account has none for it. */
  zone: { id: string; name: string } | null;
  /** By the name in the account; those of the deployment alone. */
  queues: ReadonlyMap<string, QueueState>;
  databaseId: string | null;
  migrations: readonly string[];
  buckets: ReadonlyMap<string, BucketState>;
  workers: ReadonlyMap<WorkerName, WorkerState>;
  /** Pattern or custom domain, and the Worker that has it. */
  routes: ReadonlyMap<string, string>;
  /** Of all deployments and everything else in the account. */
  workerCount: number;
};

export async function readAccount(
  cloudflare: Cloudflare,
  { deployment, domain, buckets }: { deployment: string; domain: string; buckets: readonly string[] },
): Promise<Account> {
  const scripts = await listScripts(cloudflare);
  const [zone, queues, databaseId, bucketStates, workers] = await Promise.all([
    findZone(cloudflare, domain),
    listQueues(cloudflare, deployment),
    findDatabase(cloudflare, deployedName(deployment, "dealwire")),
    readBuckets(cloudflare, buckets),
    readWorkers(cloudflare, deployment, new Set(scripts)),
  ]);
  return {
    zone,
    queues,
    databaseId,
    migrations: databaseId === null ? [] : await appliedMigrations(cloudflare, databaseId),
    buckets: bucketStates,
    workers,
    routes: zone === null ? new Map() : await readRoutes(cloudflare, zone.id, domain),
    workerCount: scripts.length,
  };
}

async function listScripts(cloudflare: Cloudflare): Promise<string[]> {
  return (await cloudflare.list("/workers/scripts", z.looseObject({ id: z.string() }))).map(({ id }) => id);
}

/** The longest suffix of the host name that is a zone of the account. */
async function findZone(cloudflare: Cloudflare, host: string): Promise<Account["zone"]> {
  const labels = host.split(".");
  for (let from = 0; from < labels.length - 1; from += 1) {
    const name = labels.slice(from).join(".");
    // Of this account: a login may see the zones of others, where none of our Workers can have a route.
    const query = `name=${name}&account.id=${cloudflare.accountId}`;
    const [zone] = await cloudflare.list(`//zones?${query}`, z.looseObject({ id: z.string(), name: z.string() }));
    if (zone !== undefined) return { id: zone.id, name: zone.name };
  }
  return null;
}

async function listQueues(cloudflare: Cloudflare, deployment: string): Promise<Map<string, QueueState>> {
  const ours = new Set(PLAIN_QUEUES.map((plain) => queueName(deployment, plain)));
  const queues = await cloudflare.list("/queues", Queue);
  return new Map(
    queues
      .filter(({ queue_name }) => ours.has(queue_name))
      .map(({ queue_name, queue_id, settings, consumers }) => [
        queue_name,
        { id: queue_id, retentionSeconds: settings.message_retention_period ?? null, consumers },
      ]),
  );
}

async function findDatabase(cloudflare: Cloudflare, name: string): Promise<string | null> {
  const Database = z.looseObject({ uuid: z.string(), name: z.string() });
  // The API's `name` also finds those that only contain it.
  const found = await cloudflare.list(`/d1/database?name=${name}`, Database);
  return found.find((database) => database.name === name)?.uuid ?? null;
}

/** As wrangler notes them in the database itself. */
async function appliedMigrations(cloudflare: Cloudflare, databaseId: string): Promise<string[]> {
  const Rows = z.array(z.looseObject({ results: z.array(z.looseObject({ name: z.string() })) }));
  const sql = "SELECT name FROM d1_migrations ORDER BY id";
  try {
    const [answer] = await cloudflare.call("POST", `/d1/database/${databaseId}/query`, Rows, { sql });
    return answer?.results.map(({ name }) => name) ?? [];
  } catch (error) {
    if (error instanceof Refused && error.message.includes("no such table")) return [];
    throw error;
  }
}

async function readBuckets(cloudflare: Cloudflare, names: readonly string[]): Promise<Map<string, BucketState>> {
  const states = new Map<string, BucketState>();
  for (const name of names) {
    if ((await cloudflare.find(`/r2/buckets/${name}`, z.looseObject({}))) === null) continue;
    const lifecycle = await cloudflare.find(`/r2/buckets/${name}/lifecycle`, Lifecycle);
    const told = await cloudflare.find(`/event_notifications/r2/${name}/configuration`, Notifications);
    states.set(name, {
      lifecycleRules: lifecycle?.rules ?? [],
      notifiedQueueIds: told?.queues.map(({ queueId }) => queueId) ?? [],
    });
  }
  return states;
}

async function readWorkers(
  cloudflare: Cloudflare,
  deployment: string,
  scripts: ReadonlySet<string>,
): Promise<Map<WorkerName, WorkerState>> {
  const there = WORKERS.filter((worker) => scripts.has(workerName(deployment, worker)));
  const states = await Promise.all(
    there.map(async (worker) => [worker, await readWorker(cloudflare, workerName(deployment, worker))] as const),
  );
  return new Map(states.flatMap(([worker, state]) => (state === null ? [] : [[worker, state]])));
}

async function readWorker(cloudflare: Cloudflare, script: string): Promise<WorkerState | null> {
  const [current] = await listVersionIds(cloudflare, script);
  if (current === undefined) return null;
  const Schedules = z.object({ schedules: z.array(z.looseObject({ cron: z.string() })) });
  const Subdomain = z.object({ enabled: z.boolean(), previews_enabled: z.boolean() }).partial();
  const [release, secrets, schedules, subdomain] = await Promise.all([
    readRelease(cloudflare, script, current),
    cloudflare.list(`/workers/scripts/${script}/secrets`, z.looseObject({ name: z.string() })),
    cloudflare.call("GET", `/workers/scripts/${script}/schedules`, Schedules),
    cloudflare.call("GET", `/workers/scripts/${script}/subdomain`, Subdomain),
  ]);
  return {
    versionId: current,
    release,
    secrets: new Set(secrets.map(({ name }) => name)),
    crons: schedules.schedules.map(({ cron }) => cron),
    openAddresses: [
      ...(subdomain.enabled === true ? ["workers.dev"] : []),
      ...(subdomain.previews_enabled === true ? ["preview URLs"] : []),
    ],
  };
}

/** The versions that were deployed, the newest first and each once. Of a gradual deployment the first alone. */
export async function listVersionIds(cloudflare: Cloudflare, script: string): Promise<string[]> {
  const { deployments } = await cloudflare.call("GET", `/workers/scripts/${script}/deployments`, Deployments);
  return [...new Set(deployments.flatMap(({ versions }) => versions[0]?.version_id ?? []))];
}

/** Null when the version has no record, or none that can be read. */
export async function readRelease(cloudflare: Cloudflare, script: string, versionId: string): Promise<Release | null> {
  const version = await cloudflare.call("GET", `/workers/scripts/${script}/versions/${versionId}`, Version);
  const text = version.resources.bindings.find(({ name }) => name === RELEASE_VARIABLE)?.text;
  if (text === undefined) return null;
  try {
    return Release.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function readRoutes(cloudflare: Cloudflare, zoneId: string, host: string): Promise<Map<string, string>> {
  const Route = z.looseObject({ pattern: z.string(), script: z.string().nullish() });
  const Domain = z.looseObject({ hostname: z.string(), service: z.string() });
  const [routes, domains] = await Promise.all([
    cloudflare.list(`//zones/${zoneId}/workers/routes`, Route),
    cloudflare.list(`/workers/domains?hostname=${host}`, Domain),
  ]);
  return new Map([
    ...routes.map(({ pattern, script }) => [pattern, script ?? ""] as const),
    ...domains.map(({ hostname, service }) => [hostname, service] as const),
  ]);
}
