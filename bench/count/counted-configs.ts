// Writes, for each Worker, an entry that puts counters around the real one, and its real config with that entry. Rule:
// nothing else differs from what ships, but paths that are relative to a config.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "smol-toml";
import * as z from "zod";
import { DEPLOYED_CONFIGS, WORKER_CONFIGS } from "../../scripts/worker-configs.ts";
import type { BindingKind } from "./counted-env.ts";

const FOLDER = ".build/bench";

const Config = z.looseObject({
  name: z.string(),
  main: z.string(),
  alias: z.record(z.string(), z.string()).default({}),
  d1_databases: z.array(z.looseObject({ binding: z.string(), migrations_dir: z.string() })).default([]),
  r2_buckets: z.array(z.looseObject({ binding: z.string() })).default([]),
  durable_objects: z
    .object({ bindings: z.array(z.looseObject({ name: z.string(), class_name: z.string() })) })
    .default({ bindings: [] }),
  queues: z
    .looseObject({
      producers: z.array(z.object({ binding: z.string(), queue: z.string() })).default([]),
      consumers: z.array(z.looseObject({ queue: z.string() })).default([]),
    })
    .default({ producers: [], consumers: [] }),
  exports: z.record(z.string(), z.unknown()).default({}),
  observability: z.looseObject({ logs: z.looseObject({ invocation_logs: z.boolean().default(true) }).optional() }),
});
type Config = z.infer<typeof Config>;

/**
 * The configs to start instead of those that ship. The sandbox is not billed and stays as it is. `waiting: false` takes the
 * batch timeouts away, for what is counted one signal at a time.
 */
export function countedConfigs(waiting: boolean): string[] {
  return WORKER_CONFIGS.map((path) =>
    DEPLOYED_CONFIGS.some((each) => each === path) ? countedConfig(path, waiting) : path,
  );
}

function countedConfig(path: string, waiting: boolean): string {
  const source = parse(readFileSync(path, "utf8"));
  const config = Config.parse(source);
  const home = resolve(dirname(path));
  const folder = join(FOLDER, config.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "worker.js"), entryOf(config, join(home, config.main)));
  const written = join(folder, "wrangler.toml");
  const { producers, consumers } = config.queues;
  const hasty = consumers.map((each) => ({ ...each, max_batch_timeout: 0 }));
  const absolute = (value: string) => (value.startsWith(".") ? join(home, value) : value);
  writeFileSync(
    written,
    stringify({
      ...source,
      main: "worker.js",
      queues: { producers, consumers: waiting ? consumers : hasty },
      alias: Object.fromEntries(Object.entries(config.alias).map(([name, value]) => [name, absolute(value)])),
      d1_databases: config.d1_databases.map((each) => ({ ...each, migrations_dir: join(home, each.migrations_dir) })),
    }),
  );
  return written;
}

function kindsOf(config: Config): Record<string, BindingKind> {
  return Object.fromEntries<BindingKind>([
    ...config.queues.producers.map(({ binding, queue }) => [binding, { kind: "queue", queue }] as const),
    ...config.d1_databases.map(({ binding }) => [binding, { kind: "d1" }] as const),
    ...config.r2_buckets.map(({ binding }) => [binding, { kind: "r2" }] as const),
    ...config.durable_objects.bindings.map(
      ({ name, class_name }) => [name, { kind: "object", className: class_name }] as const,
    ),
  ]);
}

function entryOf(config: Config, main: string): string {
  const classes = Object.keys(config.exports).map(
    (name) => `export class ${name} extends real.${name} {
  constructor(ctx, env) {
    countStorage("${name}", ctx);
    super(ctx, countedEnv(env, kinds));
  }
  alarm(info) {
    countAlarm("${name}");
    return super.alarm?.(info);
  }
}`,
  );
  return `import * as real from ${JSON.stringify(main)};
import { countAlarm, countedEnv, countedWorker, countStorage } from ${JSON.stringify(resolve("bench/count/counted-worker.ts"))};
const kinds = ${JSON.stringify(kindsOf(config))};
export default countedWorker(real.default, kinds, ${config.observability.logs?.invocation_logs ?? true});
${classes.join("\n")}
`;
}
