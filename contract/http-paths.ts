// Which Worker answers which path of the one host that people see, most specific first; `desk` has the rest. The local
// front door and the routes of a deployment are made from this table. Rule: a path belongs to one Worker.
import type { WorkerName } from "./queues.ts";

type Site = Extract<WorkerName, "ingest" | "console" | "rules" | "desk">;

export const HTTP_PATHS: readonly { worker: Site; prefixes: readonly string[] }[] = [
  { worker: "ingest", prefixes: ["/hooks", "/track", "/track.js", "/healthz"] },
  {
    worker: "console",
    prefixes: [
      "/signals",
      "/dead-letters",
      "/api/signals",
      "/api/dead-letters",
      "/api/raw",
      "/api/trail",
      "/erasures",
      "/api/erasures",
      "/metrics",
      "/metrics.txt",
      "/api/metrics",
      "/api/alerts",
      "/api/health",
    ],
  },
  { worker: "rules", prefixes: ["/rules", "/api/rules"] },
];

/** Whose path it is; `/hooks` is a prefix of `/hooks/hubspot`, not of `/hooksmith`. */
export function workerOf(pathname: string): Site {
  const owner = HTTP_PATHS.find(({ prefixes }) =>
    prefixes.some((prefix) => pathname === prefix || pathname.startsWith(`${prefix}/`)),
  );
  return owner?.worker ?? "desk";
}
