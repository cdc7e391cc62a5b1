// What an account has, without the ids that it gave: to tell whether two ways of deploying left the same.
import type { StandIn } from "./cloudflare.ts";

/** Of the bindings those whose form we know; wrangler adds some of its own. */
const BINDINGS = ["plain_text", "queue", "r2_bucket", "durable_object_namespace"];

export function snapshotOf({ storage, workers }: StandIn): unknown {
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([one], [other]) => one.localeCompare(other));
  return {
    queues: sorted(storage.queues).map(([name, { retention, consumers }]) => ({
      name,
      retention,
      consumers: consumers.map(({ script_name, settings }) => ({
        script_name,
        settings: Object.fromEntries(Object.entries(settings).sort()),
      })),
    })),
    buckets: sorted(storage.buckets).map(([name, { rules, notified }]) => ({ name, rules, notified: notified.size })),
    tables: sorted(storage.databases).map(([name, { sql }]) => ({
      name,
      tables: sql.prepare("SELECT name, sql FROM sqlite_master WHERE name <> 'd1_migrations' ORDER BY name").all(),
    })),
    workers: sorted(workers.workers).map(([name, { exports, secrets, crons, subdomain }]) => ({
      name,
      exports: exports.toSorted(),
      secrets: [...secrets.keys()].sort(),
      crons,
      subdomain,
      bindings: workers
        .bindings(name)
        .filter(({ type }) => BINDINGS.includes(type))
        .map((binding) => JSON.stringify(Object.entries(binding).sort()))
        .sort(),
    })),
    routes: sorted(workers.routes),
    domains: sorted(workers.domains),
  };
}
