import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HTTP_PATHS } from "#contract/http-paths.ts";
import { plainQueueName } from "#contract/queues.ts";
import { PLAIN_QUEUES, queueName } from "./names.ts";
import { digestOf } from "./release.ts";
import { routesOf } from "./routes.ts";
import { isForSenders, makeSecret, originOf, SECRETS } from "./secrets.ts";
import { readSettings } from "./settings.ts";
import { createTarget } from "./target.ts";

const target = createTarget(".", readSettings("dealwire.example.toml", "staging", {}), "example.com");

test("everything of a stage has its name, and nothing is bound under the tracked one", () => {
  expect(target.queues).toContain("dealwire-staging-signals-dead");
  for (const [worker, { config }] of target.workers) {
    expect(config.name).toBe(`dealwire-staging-${worker}`);
    const bound = [
      ...[...config.queues.producers, ...config.queues.consumers].map(({ queue }) => queue),
      ...config.queues.consumers.flatMap(({ dead_letter_queue }) => dead_letter_queue ?? []),
      ...config.r2_buckets.map(({ bucket_name }) => bucket_name),
      ...config.durable_objects.bindings.flatMap(({ script_name }) => script_name ?? []),
    ];
    expect(bound.filter((name) => !name.startsWith("dealwire-staging-"))).toEqual([]);
  }
});

test("every bucket that a Worker binds is made", () => {
  const bound = [...target.workers.values()].flatMap(({ config }) => config.r2_buckets.map((each) => each.bucket_name));
  expect(target.buckets.map(({ name }) => name).sort()).toEqual([...new Set(bound)].sort());
});

test("a Worker recognises each of its queues by the name that it has in the account", () => {
  for (const plain of PLAIN_QUEUES) expect(plainQueueName(queueName("dealwire-staging", plain))).toBe(plain);
  expect(plainQueueName("somebody-elses")).toBeNull();
});

test("it is known of every secret where its value comes from", () => {
  const required = [...target.workers.values()].flatMap(({ config }) => config.secrets.required);
  expect([...new Set(required)].sort()).toEqual(Object.keys(SECRETS).sort());
});

test("a secret is empty, made or asked for, and senders are told of those that they need", () => {
  expect(originOf("GMAIL_SERVICE_ACCOUNT", ["hubspot"])).toBe("unused");
  expect(originOf("HUBSPOT_ACCESS_TOKEN", ["hubspot"])).toBe("asked");
  expect(originOf("SESSION_SECRET", [])).toBe("made");
  expect([isForSenders("SESSION_SECRET"), isForSenders("INGEST_TOKENS")]).toEqual([false, true]);
  expect(makeSecret("STANDARD_WEBHOOKS_SECRETS")).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
});

test("no route of one Worker takes a path of another", () => {
  const host = "d.example.com";
  for (const { worker } of HTTP_PATHS) {
    const prefixes = routesOf(worker, host, "example.com").map(({ pattern }) => pattern.slice(host.length, -1));
    const others = HTTP_PATHS.filter((paths) => paths.worker !== worker).flatMap((paths) => paths.prefixes);
    expect(others.filter((path) => prefixes.some((prefix) => path.startsWith(prefix)))).toEqual([]);
  }
});

test("what wrangler leaves beside a Worker that runs here is no part of what is deployed", () => {
  const before = digestOf(".", "inbox", "");
  const folder = "workers/inbox/.wrangler/tmp/of-a-test";
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(`${folder}/worker.js`, "export default {};");
    expect(digestOf(".", "inbox", "")).toBe(before);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
