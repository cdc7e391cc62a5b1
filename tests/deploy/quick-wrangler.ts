// Does what wrangler does for a deployment, without its seconds, so that a deployment can be interrupted at each of its
// calls. Rule: tests/deploy/deploy.test.ts holds the account that it leaves against the one that wrangler leaves.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Cloudflare } from "../../scripts/deploy/cloudflare.ts";
import type { Wrangler } from "../../scripts/deploy/wrangler.ts";

const Config = z.looseObject({
  name: z.string(),
  vars: z.record(z.string(), z.string()),
  exports: z.record(z.string(), z.unknown()),
  routes: z.array(z.looseObject({ pattern: z.string(), custom_domain: z.boolean().optional() })).default([]),
  triggers: z.object({ crons: z.array(z.string()) }),
  queues: z.object({
    producers: z.array(z.object({ binding: z.string(), queue: z.string() })),
    consumers: z.array(
      z.object({
        queue: z.string(),
        dead_letter_queue: z.string().optional(),
        max_batch_size: z.number(),
        max_batch_timeout: z.number(),
        max_retries: z.number(),
        max_concurrency: z.number().optional(),
      }),
    ),
  }),
  d1_databases: z.array(z.looseObject({ binding: z.string(), database_id: z.string(), migrations_dir: z.string() })),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  durable_objects: z.object({
    bindings: z.array(z.object({ name: z.string(), class_name: z.string(), script_name: z.string().optional() })),
  }),
});
type Config = z.infer<typeof Config>;
const Any = z.unknown();
const Secrets = z.record(z.string(), z.string());

export function quickWrangler(cloudflare: Cloudflare): Wrangler {
  return async (args, input = "{}") => {
    const config = Config.parse(JSON.parse(readFileSync(args[args.indexOf("-c") + 1] ?? "", "utf8")));
    const secrets = Secrets.parse(JSON.parse(input));
    if (args[0] === "d1") await migrate(cloudflare, config);
    else if (args[0] === "deploy") await deploy(cloudflare, config, secrets);
    else {
      const texts = Object.entries(secrets).map(([name, text]) => [name, { name, text, type: "secret_text" }]);
      const body = { secrets: Object.fromEntries(texts) };
      await cloudflare.call("PATCH", `/workers/scripts/${config.name}/secrets-bulk`, Any, body);
    }
    return "";
  };
}

async function migrate(cloudflare: Cloudflare, { d1_databases: [database] }: Config): Promise<void> {
  if (database === undefined) return;
  const query = (sql: string) => cloudflare.call("POST", `/d1/database/${database.database_id}/query`, Any, { sql });
  await query("CREATE TABLE IF NOT EXISTS d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE)");
  const applied = JSON.stringify(await query("SELECT name FROM d1_migrations"));
  for (const file of readdirSync(database.migrations_dir).filter((name) => name.endsWith(".sql"))) {
    if (applied.includes(file)) continue;
    const sql = readFileSync(join(database.migrations_dir, file), "utf8");
    await query(`${sql}; INSERT INTO d1_migrations (name) VALUES ('${file}')`);
  }
}

async function deploy(cloudflare: Cloudflare, config: Config, secrets: Record<string, string>): Promise<void> {
  const script = `/workers/scripts/${config.name}`;
  const { exports, routes, triggers, queues } = config;
  const upload = { bindings: bindingsOf(config, secrets), exports };
  const isThere = (await cloudflare.list("/workers/scripts", z.looseObject({ id: z.string() }))).some(
    ({ id }) => id === config.name,
  );
  if (isThere) {
    const { id } = await cloudflare.call("POST", `${script}/versions`, z.looseObject({ id: z.string() }), upload);
    const versions = [{ version_id: id, percentage: 100 }];
    await cloudflare.call("POST", `${script}/deployments`, Any, { strategy: "percentage", versions });
  } else await cloudflare.call("PUT", script, Any, upload);
  await cloudflare.call("POST", `${script}/subdomain`, Any, { enabled: false, previews_enabled: false });
  const domains = routes.filter(({ custom_domain }) => custom_domain === true);
  const paths = routes.filter(({ custom_domain }) => custom_domain !== true);
  if (paths.length > 0) await cloudflare.call("PUT", `${script}/routes`, Any, paths);
  if (domains.length > 0) {
    const origins = domains.map(({ pattern }) => ({ hostname: pattern }));
    await cloudflare.call("PUT", `${script}/domains/records`, Any, { origins });
  }
  await cloudflare.call(
    "PUT",
    `${script}/schedules`,
    Any,
    triggers.crons.map((cron) => ({ cron })),
  );
  for (const consumer of queues.consumers) await consume(cloudflare, config.name, consumer);
}

async function consume(
  cloudflare: Cloudflare,
  script_name: string,
  { queue, dead_letter_queue, ...batch }: Config["queues"]["consumers"][number],
): Promise<void> {
  const Queue = z.looseObject({ queue_id: z.string(), consumers: z.array(z.looseObject({ consumer_id: z.string() })) });
  const [found] = await cloudflare.list(`/queues?name=${queue}`, Queue);
  const settings = {
    batch_size: batch.max_batch_size,
    max_retries: batch.max_retries,
    max_wait_time_ms: 1_000 * batch.max_batch_timeout,
    ...(batch.max_concurrency === undefined ? {} : { max_concurrency: batch.max_concurrency }),
  };
  const body = { script_name, type: "worker", dead_letter_queue, settings };
  const path = `/queues/${found?.queue_id}/consumers`;
  const [there] = found?.consumers ?? [];
  if (there === undefined) await cloudflare.call("POST", path, Any, body);
  else await cloudflare.call("PUT", `${path}/${there.consumer_id}`, Any, body);
}

function bindingsOf({ vars, queues, d1_databases, r2_buckets, durable_objects }: Config, secrets: object) {
  return [
    ...Object.entries(vars).map(([name, text]) => ({ name, type: "plain_text", text })),
    ...Object.entries(secrets).map(([name, text]) => ({ name, type: "secret_text", text })),
    ...queues.producers.map(({ binding, queue }) => ({ name: binding, type: "queue", queue_name: queue })),
    ...d1_databases.map(({ binding, database_id }) => ({ name: binding, type: "d1", id: database_id })),
    ...r2_buckets.map(({ binding, bucket_name }) => ({ name: binding, type: "r2_bucket", bucket_name })),
    ...durable_objects.bindings.map((binding) => ({ ...binding, type: "durable_object_namespace" })),
  ];
}
