// Takes one step of a plan. Rule: each is safe to take again, because a deployment that was interrupted takes it again.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { WorkerName } from "#contract/queues.ts";
import type { Account } from "./account.ts";
import { type Cloudflare, Refused } from "./cloudflare.ts";
import { Failure } from "./failure.ts";
import { workerName } from "./names.ts";
import { expiryRuleId, type Step } from "./plan.ts";
import { RELEASE_VARIABLE } from "./release.ts";
import { RETENTION_SECONDS, type Target } from "./target.ts";
import { deployable } from "./worker-config.ts";
import type { Wrangler } from "./wrangler.ts";

/** A new, changed or copied file; how R2 names the ways in which one appears. */
const FILE_APPEARED = ["PutObject", "CompleteMultipartUpload", "CopyObject"];
const Anything = z.unknown();

export type Deps = {
  root: string;
  cloudflare: Cloudflare;
  wrangler: Wrangler;
  target: Target;
  account: Account;
  /** The values of the secrets that the plan puts. */
  secrets: ReadonlyMap<string, string>;
};

/** Takes steps in order; it remembers the ids of what it made for those that follow. */
export function createPerformer({ root, cloudflare, wrangler, target, account, secrets }: Deps) {
  let databaseId = account.databaseId;
  const queueIds = new Map([...account.queues].map(([name, { id }]) => [name, id]));

  const idOf = (queue: string): string => {
    const id = queueIds.get(queue);
    if (id === undefined) throw new Error(`the queue ${queue} has no id yet`);
    return id;
  };

  const configOf = (worker: WorkerName): string => {
    const wanted = target.workers.get(worker);
    if (wanted === undefined || databaseId === null) throw new Error(`${worker} can't be configured yet`);
    const vars = { [RELEASE_VARIABLE]: JSON.stringify(wanted.release) };
    const folder = join(root, ".wrangler/deploy", target.deployment);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${worker}.json`);
    writeFileSync(path, JSON.stringify(deployable(wanted.config, { root, worker, databaseId, vars }), null, 2));
    return path;
  };

  const valuesOf = (names: readonly string[]): string =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, secrets.get(name) ?? ""])));

  return async (step: Step): Promise<void> => {
    switch (step.kind) {
      case "queue": {
        const settings = { message_retention_period: RETENTION_SECONDS };
        const Created = z.looseObject({ queue_id: z.string() });
        const body = { queue_name: step.name, settings };
        const created = await onPaidPlan(() => cloudflare.call("POST", "/queues", Created, body));
        queueIds.set(step.name, created.queue_id);
        return;
      }
      case "retention": {
        const settings = { message_retention_period: RETENTION_SECONDS };
        await cloudflare.call("PATCH", `/queues/${idOf(step.name)}`, Anything, { settings });
        return;
      }
      case "database": {
        const Created = z.looseObject({ uuid: z.string() });
        databaseId = (await cloudflare.call("POST", "/d1/database", Created, { name: step.name })).uuid;
        return;
      }
      case "migrations":
        await wrangler(["d1", "migrations", "apply", target.database, "--remote", "-c", configOf("state")]);
        return;
      case "bucket":
        await cloudflare.call("POST", "/r2/buckets", Anything, { name: step.name });
        return;
      case "expiry": {
        const Rules = z.object({ rules: z.array(z.unknown()).default([]) });
        const path = `/r2/buckets/${step.bucket}/lifecycle`;
        // Writing replaces all rules of the bucket, so those that are there go along.
        const there = await cloudflare.find(path, Rules);
        const rule = {
          id: expiryRuleId(step.prefix),
          enabled: true,
          conditions: { prefix: step.prefix },
          deleteObjectsTransition: { condition: { type: "Age", maxAge: step.maxAgeSeconds } },
        };
        await cloudflare.call("PUT", path, Anything, { rules: [...(there?.rules ?? []), rule] });
        return;
      }
      case "notification": {
        const path = `/event_notifications/r2/${step.bucket}/configuration/queues/${idOf(step.queue)}`;
        await cloudflare.call("PUT", path, Anything, { rules: [{ prefix: step.prefix, actions: FILE_APPEARED }] });
        return;
      }
      case "detach":
        await cloudflare.call("DELETE", `/queues/${idOf(step.queue)}/consumers/${step.consumerId}`, Anything);
        return;
      case "worker": {
        const release = target.workers.get(step.worker)?.release;
        const note = ["--message", `dealwire ${release?.version}`, "--tag", release?.digest ?? ""];
        const args = ["deploy", "-c", configOf(step.worker), ...note];
        if (step.secrets.length === 0) await wrangler(args);
        else await wrangler([...args, "--secrets-file", "/dev/stdin"], valuesOf(step.secrets));
        return;
      }
      case "secrets": {
        const name = workerName(target.deployment, step.worker);
        await wrangler(["secret", "bulk", "--name", name, "-c", configOf(step.worker)], valuesOf(step.secrets));
        return;
      }
    }
  };
}

/** Says why a queue was probably refused, for a login that can't see the account's plan. */
async function onPaidPlan<T>(create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Failure(
      `${error.message}\nIs the account on Workers Free? A queue there keeps messages for a day; dealwire needs Workers Paid.`,
    );
  }
}
