// The ledger as it ships but for one figure: it takes what is told of signals at once, where the real one waits five
// seconds to write many together. Nearly every test waits for the trail, and none of them for the waiting.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "smol-toml";
import * as z from "zod";

export const LEDGER = "workers/ledger/wrangler.toml";
const FOLDER = ".build/tests";

const Config = z.looseObject({
  main: z.string(),
  d1_databases: z.array(z.looseObject({ migrations_dir: z.string() })),
  queues: z.looseObject({ consumers: z.array(z.looseObject({ queue: z.string() })) }),
});

/** The path of its config. Test files that run at the same time write the same, each in one step. */
export function promptLedger(): string {
  const config = Config.parse(parse(readFileSync(LEDGER, "utf8")));
  const absolute = (path: string) => resolve(dirname(LEDGER), path);
  const consumers = config.queues.consumers.map((each) =>
    each.queue === "audit" ? { ...each, max_batch_timeout: 0 } : each,
  );
  const written = join(FOLDER, "ledger.toml");
  const draft = `${written}.${process.pid}`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    draft,
    stringify({
      ...config,
      main: absolute(config.main),
      d1_databases: config.d1_databases.map((each) => ({ ...each, migrations_dir: absolute(each.migrations_dir) })),
      queues: { ...config.queues, consumers },
    }),
  );
  renameSync(draft, written);
  return written;
}
