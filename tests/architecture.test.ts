// The fences of the house, held mechanically: configuration against the contract's table, bundles against the layers,
// files against the sizes that keep them readable.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { deadQueueOf, LAYER_WORKERS, OVERSEERS, QUEUE_NAMES, QUEUES, type WorkerName } from "#contract/queues.ts";
import { bundleOf } from "../bench/bundle.ts";
import { DEPLOYED_CONFIGS } from "../scripts/worker-configs.ts";
import { readConfig } from "./support/configs.ts";

const WORKERS: readonly WorkerName[] = [...LAYER_WORKERS, "state"];
const pathOf = (worker: WorkerName) => (worker === "state" ? "wrangler.toml" : `workers/${worker}/wrangler.toml`);
const configs = new Map(WORKERS.map((worker) => [worker, readConfig(pathOf(worker))]));
const producersOf = (queue: string) =>
  WORKERS.filter((worker) => configs.get(worker)?.queues.producers.some((producer) => producer.queue === queue));
const consumersOf = (queue: string) =>
  WORKERS.filter((worker) => configs.get(worker)?.queues.consumers.some((consumer) => consumer.queue === queue));

describe("configuration", () => {
  test("every Worker has a config of its own, and every config is deployed", () => {
    expect([...DEPLOYED_CONFIGS].sort()).toEqual(WORKERS.map(pathOf).sort());
    for (const [worker, config] of configs) expect(config.name).toBe(`dealwire-${worker}`);
  });

  test.each(QUEUE_NAMES)("%s has its one consumer and exactly the producers of the table", (queue) => {
    const { consumer, producers } = QUEUES[queue];
    expect(consumersOf(queue)).toEqual([consumer]);
    // The consumer also writes to its own queue: an event that failed is published again, alone.
    expect(producersOf(queue).sort()).toEqual([...new Set([...producers, consumer, ...OVERSEERS])].sort());
  });

  test.each(QUEUE_NAMES)("%s has a dead-letter queue that the ledger reads", (queue) => {
    const dead = deadQueueOf(queue);
    expect(consumersOf(dead)).toEqual(["ledger"]);
    expect(producersOf(dead)).toContain(QUEUES[queue].consumer);
    const consumer = configs.get(QUEUES[queue].consumer)?.queues.consumers.find((each) => each.queue === queue);
    expect(consumer?.dead_letter_queue).toBe(dead);
  });

  test.each(WORKERS)("%s logs the address of a request without its query, which may name somebody", (worker) => {
    expect(configs.get(worker)?.observability).toMatchObject({ enabled: true, redact_query_string: true });
  });

  test.each(WORKERS)("%s sets batch size, timeout and retries of every queue it reads, and says why", (worker) => {
    const text = readFileSync(pathOf(worker), "utf8");
    for (const consumer of configs.get(worker)?.queues.consumers ?? []) {
      expect(consumer).toMatchObject({
        max_batch_size: expect.any(Number),
        max_batch_timeout: expect.any(Number),
        max_retries: expect.any(Number),
      });
      if (!consumer.queue.endsWith("-dead")) {
        expect(text).toMatch(new RegExp(`# .+\\n\\[\\[queues\\.consumers\\]\\]\\nqueue = "${consumer.queue}"\\n`));
      }
    }
  });

  test.each(WORKERS)("%s names its bindings after the queues", (worker) => {
    for (const { binding, queue } of configs.get(worker)?.queues.producers ?? []) {
      expect(binding).toBe(queue.toUpperCase().replaceAll("-", "_"));
    }
  });

  test.each(WORKERS)("%s has no service binding to another layer and no public address by accident", (worker) => {
    const config = configs.get(worker);
    expect(config?.services).toEqual([]);
    expect(config?.workers_dev).toBe(false);
    expect(config?.preview_urls).toBe(false);
  });
});

const GZIP_BYTES = 100_000;
const LARGER_GZIP_BYTES = new Map<WorkerName, number>([
  /** CEL, the reader of the rules and the model library. */
  ["decide", 300_000],
  /** CEL and the reader of the rules, beside the pages (decision 0013). */
  ["rules", 150_000],
]);

describe("bundles", () => {
  test.each(WORKERS)(
    "%s builds from its own folder, the contract and what is shared, within its size",
    async (worker) => {
      const { inputs, gzipBytes } = await bundleOf(pathOf(worker));
      const own = worker === "state" ? "durable-objects/" : `workers/${worker}/`;
      const allowed = [own, "contract/", "runtime/", "connectors/", "rules/", "web/", "node_modules/"];
      // Paths are relative to the config; what has a scheme is the platform's own (cloudflare:workers, node:…).
      const files = inputs.filter((input) => !/^[a-z-]+:/.test(input));
      const places = files.map((input) => join(dirname(pathOf(worker)), input));
      expect(places.filter((place) => !allowed.some((prefix) => place.startsWith(prefix)))).toEqual([]);
      expect(gzipBytes).toBeLessThanOrEqual(LARGER_GZIP_BYTES.get(worker) ?? GZIP_BYTES);
    },
    120_000,
  );
});

describe("files", () => {
  const IGNORED = /node_modules|\.build|\.wrangler|worker-configuration\.d\.ts|\.git\//;
  const files = readdirSync(".", { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|tsx)$/.test(path) && !IGNORED.test(path))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));

  test("no file is too long to read in one sitting", () => {
    const long = files.filter(({ path, text }) => text.split("\n").length > (path.includes(".test.") ? 400 : 300));
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test("every file opens with what it is for", () => {
    const silent = files.filter(
      ({ path, text }) => !path.includes(".test.") && !/^(\/\/|\/\*\*)/.test(text.trimStart()),
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test("only worker.ts and the Durable Objects touch the environment", () => {
    const touching = files.filter(
      ({ path, text }) =>
        /^(workers|contract|runtime|connectors|rules|web)\//.test(path) && /\bEnv\b|cloudflare:workers/.test(text),
    );
    expect(
      touching.map(({ path }) => path).filter((path) => !path.endsWith("/worker.ts") && !path.includes("workerd")),
    ).toEqual([]);
  });

  test("no file hides what it holds behind a catch-all name", () => {
    const vague = files.filter(({ path }) => /(^|\/)(utils?|helpers?|types|common|index)\.tsx?$/.test(path));
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  test("zod is imported whole, because the named import pulls all of it into every bundle", () => {
    expect(files.filter(({ text }) => /^import \{ z \} from "zod"/m.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("no layer imports another", () => {
    const crossing = files.filter(({ path, text }) => {
      const layer = /^workers\/([a-z]+)\//.exec(path)?.[1];
      if (layer === undefined) return false;
      const targets = [...text.matchAll(/from "(\.[^"]+)"/g)].map((match) => join(dirname(path), match[1] ?? ""));
      return targets.some(
        (target) =>
          !target.startsWith(`workers/${layer}/`) &&
          !/^(contract|runtime|connectors|rules|web|tests|scripts)\//.test(target),
      );
    });
    expect(crossing.map(({ path }) => path)).toEqual([]);
  });
});
