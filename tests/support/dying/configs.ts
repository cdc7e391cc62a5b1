// The configs of a pipeline whose `execute` can die and whose leases are short. Rule: nothing else differs from what ships.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "smol-toml";
import * as z from "zod";
import { WORKER_CONFIGS } from "../../../scripts/worker-configs.ts";

const FOLDER = ".build/dying";

/** Ten of them belong to a call that may be under way; a minute is what ships. */
export const SHORT_LEASE_SECONDS = 25;

const ENTRIES: Readonly<Record<string, (main: string) => string>> = {
  "wrangler.toml": (main) => `export * from ${main};
import real, { Deal as RealDeal } from ${main};
export class Deal extends RealDeal {
  constructor(context, env) {
    super(context, env);
    this.ports.leaseSeconds = ${SHORT_LEASE_SECONDS};
  }
}
export default real;
`,
  "workers/execute/wrangler.toml": (main) => `import real from ${main};
import { dyingWorker } from ${JSON.stringify(resolve(import.meta.dirname, "worker.ts"))};
export default dyingWorker(real);
`,
};

export function dyingConfigs(): string[] {
  return WORKER_CONFIGS.map((path) => {
    const entry = ENTRIES[path];
    return entry === undefined ? path : copied(path, entry);
  });
}

const Config = z.looseObject({
  name: z.string(),
  main: z.string(),
  d1_databases: z.array(z.looseObject({ migrations_dir: z.string() })).default([]),
});

function copied(path: string, entry: (main: string) => string): string {
  const config = Config.parse(parse(readFileSync(path, "utf8")));
  const home = resolve(dirname(path));
  const folder = join(FOLDER, config.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "worker.js"), entry(JSON.stringify(join(home, config.main))));
  const databases = config.d1_databases.map((each) => ({ ...each, migrations_dir: join(home, each.migrations_dir) }));
  const copy = join(folder, "wrangler.toml");
  writeFileSync(copy, stringify({ ...config, main: "worker.js", d1_databases: databases }));
  return copy;
}
