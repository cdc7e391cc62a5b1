// What a deployed version of a Worker is: a digest of what it was made of, the versions of the messages that it reads and
// sends, and the objects that it has or binds. Rule: the record is a variable of the version itself, so it can't be lost and goes back with a rollback.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Topic } from "#contract/envelope.ts";
import * as messages from "#contract/messages.ts";
import { QUEUE_NAMES, QUEUES, type WorkerName } from "#contract/queues.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** The variable that holds the record. */
export const RELEASE_VARIABLE = "DEALWIRE_RELEASE";

const Versions = z.partialRecord(z.string(), z.int().positive());
const Objects = z.array(z.string()).optional();
export const Release = z.object({
  version: z.string(),
  digest: z.string(),
  reads: Versions,
  sends: Versions,
  /** The classes of Durable Objects that the Worker has, and those of `state` that it binds. */
  objects: Objects,
  binds: Objects,
});
export type Release = z.infer<typeof Release>;

const VERSIONS: ReadonlyMap<Topic, number> = new Map(
  Object.values(messages).flatMap((message) =>
    typeof message === "object" && "topic" in message ? [[message.topic, message.version] as const] : [],
  ),
);

/** What `ledger` sends beside what the table says: its alerts are plans. */
const ALSO_SENDS: Partial<Record<WorkerName, readonly Topic[]>> = { ledger: ["plan.decided"] };

/** The versions of the messages that this clone of a Worker reads and sends. */
export function messagesOf(worker: WorkerName): Pick<Release, "reads" | "sends"> {
  const specs = QUEUE_NAMES.map((name) => QUEUES[name]);
  const reads = specs.filter(({ consumer }) => consumer === worker).map(({ topic }) => topic);
  const sends = specs
    .filter(({ producers }) => producers.some((producer) => producer === worker))
    .map(({ topic }) => topic);
  const dead: Topic[] = ["dead.letter"];
  return {
    reads: versionsOf(worker === "ledger" ? [...reads, ...dead] : reads),
    sends: versionsOf([...sends, ...(ALSO_SENDS[worker] ?? []), ...(reads.length > 0 ? dead : [])]),
  };
}

/** The classes that a Worker's config says that it has, and those that it binds of another. */
export function objectsOf({ exports, durable_objects }: WorkerConfig): Pick<Release, "objects" | "binds"> {
  const foreign = durable_objects.bindings.filter(({ script_name }) => script_name !== undefined);
  const objects = Object.keys(exports);
  return {
    ...(objects.length > 0 ? { objects } : {}),
    binds: foreign.map(({ class_name }) => class_name),
  };
}

function versionsOf(topics: readonly Topic[]): Record<string, number> {
  return Object.fromEntries([...new Set(topics)].sort().map((topic) => [topic, VERSIONS.get(topic) ?? 1]));
}

const SHARED_FOLDERS = ["contract", "runtime", "connectors", "rules"];
const SOURCE = /\.(ts|tsx|css|js|svg|yaml|json)$/;
/** Tests, types, and what wrangler leaves in the folder of a Worker that runs here. */
const NO_SOURCE = /\.test\.|\.d\.ts$|tsconfig|(^|\/)(golden|\.wrangler)\//;
const SITES: readonly WorkerName[] = ["desk", "console", "rules"];

/**
 * Hex, over every source file that may be part of the Worker, the lockfile and its resolved configuration. It may change
 * where the bundle does not: that costs a deployment of the same code, and a bundle that is not deployed costs more.
 */
export function digestOf(root: string, worker: WorkerName, configuration: string): string {
  const own = worker === "state" ? "durable-objects" : `workers/${worker}`;
  const folders = [...SHARED_FOLDERS, ...(SITES.includes(worker) ? ["web"] : []), own];
  const hash = createHash("sha256")
    .update(configuration)
    .update(readFileSync(join(root, "package-lock.json")));
  for (const folder of folders) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort()) {
      if (!SOURCE.test(path) || NO_SOURCE.test(path)) continue;
      hash.update(`${folder}/${path}\n`).update(readFileSync(join(root, folder, path)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
