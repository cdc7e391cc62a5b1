// Which URL of the one host runs which Worker. Rule: made from contract/http-paths.ts; `desk` has the custom domain, and
// routes, which the platform asks before it, take the paths of the others.
import { HTTP_PATHS } from "#contract/http-paths.ts";
import type { WorkerName } from "#contract/queues.ts";

export type Route = { pattern: string; custom_domain: true } | { pattern: string; zone_name: string };

/**
 * A pattern ends in `*` without a slash, because one without it matches no URL that has a query. It also takes
 * `/hooksmith`, which nobody has.
 */
export function routesOf(worker: WorkerName, host: string, zone: string): Route[] {
  if (worker === "desk") return [{ pattern: host, custom_domain: true }];
  const prefixes = HTTP_PATHS.find((paths) => paths.worker === worker)?.prefixes ?? [];
  const shortest = prefixes.filter((one) => !prefixes.some((other) => other !== one && one.startsWith(other)));
  return shortest.map((prefix) => ({ pattern: `${host}${prefix}*`, zone_name: zone }));
}
