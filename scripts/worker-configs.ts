// Every Worker of the project, front door first. `wrangler dev` gives HTTP to the first one.

/** The Workers that are deployed, downstream first (design: deploy order). */
export const DEPLOYED_CONFIGS = [
  "wrangler.toml",
  "workers/ledger/wrangler.toml",
  "workers/desk/wrangler.toml",
  "workers/console/wrangler.toml",
  "workers/rules/wrangler.toml",
  "workers/execute/wrangler.toml",
  "workers/decide/wrangler.toml",
  "workers/enrich/wrangler.toml",
  "workers/inbox/wrangler.toml",
  "workers/ingest/wrangler.toml",
] as const;

/** Those and the sandbox, which is local only. */
export const WORKER_CONFIGS = ["sandbox/wrangler.toml", ...DEPLOYED_CONFIGS] as const;
