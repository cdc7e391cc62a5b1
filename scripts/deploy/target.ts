// What a deployment should be, from this clone and its settings. Rule: pure reading; the account is not asked.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { WorkerName } from "#contract/queues.ts";
import { deployedName, PLAIN_QUEUES, queueName, WORKERS } from "./names.ts";
import { digestOf, messagesOf, objectsOf, type Release } from "./release.ts";
import { routesOf } from "./routes.ts";
import type { System } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import { readWorkerConfig, type WorkerConfig, withSettings } from "./worker-config.ts";

/** The longest that the platform keeps a message (https://developers.cloudflare.com/queues/platform/limits/). */
export const RETENTION_SECONDS = 1_209_600;
const THIRTY_DAYS_SECONDS = 30 * 86_400;

export type BucketTarget = {
  name: string;
  /** What expires, by prefix. */
  expiry: { prefix: string; maxAgeSeconds: number } | null;
  /** The queue that hears of new files under the prefix. */
  notifies: { queue: string; prefix: string } | null;
};
export type WorkerTarget = { config: WorkerConfig; release: Release; routes: readonly string[] };
export type Target = {
  deployment: string;
  systems: readonly System[];
  queues: readonly string[];
  database: string;
  migrations: readonly string[];
  buckets: readonly BucketTarget[];
  workers: ReadonlyMap<WorkerName, WorkerTarget>;
};

export function createTarget(root: string, settings: Settings, zone: string): Target {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const workers = new Map(
    WORKERS.map((worker) => {
      const routes = routesOf(worker, settings.domain, zone);
      const config = withSettings(readWorkerConfig(root, worker), settings, routes);
      const digest = digestOf(root, worker, JSON.stringify(config));
      const release = { version, digest, ...messagesOf(worker), ...objectsOf(config) };
      return [worker, { config, release, routes: routes.map(({ pattern }) => pattern) }] as const;
    }),
  );
  return {
    deployment: settings.name,
    systems: settings.systems,
    queues: PLAIN_QUEUES.map((plain) => queueName(settings.name, plain)),
    database: deployedName(settings.name, "dealwire"),
    migrations: readdirSync(join(root, "migrations"))
      .filter((file) => file.endsWith(".sql"))
      .sort(),
    buckets: bucketsOf(settings.name),
    workers,
  };
}

/** docs/storage.md says what each holds; the trail is kept. */
export function bucketsOf(deployment: string): BucketTarget[] {
  const named = (tracked: string) => deployedName(deployment, tracked);
  const expiry = (prefix: string) => ({ prefix, maxAgeSeconds: THIRTY_DAYS_SECONDS });
  return [
    { name: named("dealwire-raw"), expiry: expiry("raw/"), notifies: null },
    {
      name: named("dealwire-imports"),
      expiry: expiry("bombora/"),
      notifies: { queue: queueName(deployment, "imports"), prefix: "bombora/" },
    },
    { name: named("dealwire-trail"), expiry: null, notifies: null },
  ];
}
