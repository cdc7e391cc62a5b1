// Workers as they are deployed, in one workerd, each behind a socket of its own and each with its own inspector. Rule:
// what they call outside goes to the sandbox if it is there, within the same workerd; nothing needs a fixed port.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from "miniflare";
import * as z from "zod";
import { readConfig } from "../../tests/support/configs.ts";
import { UNLIMITED } from "../count/counted-pipeline.ts";
import { optionsOf } from "../direct.ts";
import { connect, type Probe } from "./probe.ts";

const SANDBOX = "dealwire-sandbox";
const SETTLED_MS = 1_000;
const MIGRATIONS = "migrations";
const Vars = z.record(z.string(), z.string()).default({});

/** What was bundled once, by config. */
const built = new Map<string, V4WorkerOptions>();

export type Isolates = {
  url(name: string): URL;
  /** Before there is any load. */
  probe(name: string): Promise<Probe>;
  /** Applies the migrations to the database of a Worker. */
  migrate(name: string): Promise<void>;
  /** False when workerd has ended by itself. */
  alive(): Promise<boolean>;
  close(): Promise<void>;
};

/** With `heapMb` no heap may grow beyond so many MB: who needs more brings all of workerd down. */
export async function startIsolates(configPaths: readonly string[], heapMb: number | null): Promise<Isolates> {
  const names = configPaths.map((path) => readConfig(path).name);
  const workers: V4WorkerOptions[] = [];
  for (const path of configPaths) workers.push(await inspected(path, names));
  const options = { handleStructuredLogs: () => {}, inspectorPort: 0, workers };
  // It is read once, when workerd starts.
  process.env.MINIFLARE_WORKERD_V8_FLAGS = heapMb === null ? "" : `--max-heap-size=${heapMb}`;
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  await miniflare.ready;
  delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  const inspectors = await miniflare.getInspectorURL();
  const urls = new Map<string, URL>();
  for (const name of names) urls.set(name, await miniflare.unsafeGetDirectURL(name));
  const urlOf = (name: string) => {
    const url = urls.get(name);
    if (url === undefined) throw new Error(`there is no Worker ${name} here`);
    return url;
  };
  return {
    url: urlOf,
    async probe(name) {
      // Miniflare hands a question on whether or not its own connection to the isolate is there yet, and breaks if not.
      await fetch(urlOf(name));
      await sleep(SETTLED_MS);
      return connect(new URL(`/${name}`, inspectors));
    },
    async migrate(name) {
      const db = await miniflare.getD1Database("DB", name);
      for (const statement of statements()) await db.prepare(statement).run();
    },
    async alive() {
      const answers = await Promise.allSettled([...urls.values()].map((url) => fetch(url)));
      return answers.some(({ status }) => status === "fulfilled");
    },
    close: () => miniflare.dispose(),
  };
}

async function inspected(configPath: string, names: readonly string[]): Promise<V4WorkerOptions> {
  const { name, vars, secrets } = readConfig(configPath);
  const shipped = Vars.parse(vars);
  const local: NodeJS.Dict<string> = { ...parseEnv(readFileSync("sandbox/local.env", "utf8")), ...UNLIMITED };
  const known = [...Object.keys(shipped), ...secrets.required];
  const bindings = Object.fromEntries(known.map((key) => [key, local[key] ?? shipped[key] ?? ""]));
  const options = built.get(configPath) ?? (await optionsOf({ configPath, name, bindings, without: ["ratelimits"] }));
  built.set(configPath, options);
  return {
    ...options,
    // Each is spoken to by its own socket, and most of those that are bound are not here.
    serviceBindings: {},
    ...(names.includes(SANDBOX) && name !== SANDBOX ? { outboundService: SANDBOX } : {}),
    unsafeInspectorProxy: true,
  };
}

function statements(): string[] {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  return files
    .flatMap((name) => readFileSync(join(MIGRATIONS, name), "utf8").split("--> statement-breakpoint"))
    .map((text) => text.trim())
    .filter((text) => text !== "");
}
