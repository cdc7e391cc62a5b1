// What has to be done so that the account is as it should be: a pure function of both. Rules: what exists comes before
// what uses it; a plan made after its steps were taken is empty, which is how a deployment is verified.
import type { WorkerName } from "#contract/queues.ts";
import type { Account, QueueState } from "./account.ts";
import { type Conflict, conflictsOf, deployOrder, describeConflict, firstOf } from "./compatibility.ts";
import { WORKERS, workerName } from "./names.ts";
import type { Release } from "./release.ts";
import { originOf } from "./secrets.ts";
import { RETENTION_SECONDS, type Target, type WorkerTarget } from "./target.ts";
import type { ConsumerConfig } from "./worker-config.ts";

export type Step =
  | { kind: "queue"; name: string }
  | { kind: "retention"; name: string }
  | { kind: "database"; name: string }
  | { kind: "migrations"; files: readonly string[] }
  | { kind: "bucket"; name: string }
  | { kind: "expiry"; bucket: string; prefix: string; maxAgeSeconds: number }
  | { kind: "notification"; bucket: string; queue: string; prefix: string }
  | { kind: "detach"; queue: string; script: string; consumerId: string }
  | { kind: "worker"; worker: WorkerName; why: string; secrets: readonly string[] }
  | { kind: "secrets"; worker: WorkerName; secrets: readonly string[] };

export type Plan = {
  steps: readonly Step[];
  /** Why nothing may be done, each with what to do. */
  refusals: readonly string[];
};

export type PlanOptions = {
  /** One layer alone, or all. */
  only: WorkerName | null;
  /** Deploy although messages would not be understood; they become dead letters, to be replayed. */
  anyway: boolean;
};

export function planDeployment(target: Target, account: Account, options: PlanOptions): Plan {
  const wanted = WORKERS.filter((worker) => options.only === null || worker === options.only);
  const why = new Map(
    wanted.flatMap((worker) => {
      const reason = reasonToDeploy(worker, target, account);
      return reason === null ? [] : [[worker, reason] as const];
    }),
  );
  const { order, refusals } = orderOf([...why.keys()], target, account, options);
  const consumers = consumersInTheWay(wanted, target, account);
  const secrets = missingSecrets(target, account);
  return {
    steps: [
      ...resourceSteps(target, account),
      ...consumers.steps,
      ...secrets.filter(({ worker }) => account.workers.has(worker)),
      ...order.map(
        (worker): Step => ({
          kind: "worker",
          worker,
          why: why.get(worker) ?? "",
          secrets: account.workers.has(worker) ? [] : (secrets.find((step) => step.worker === worker)?.secrets ?? []),
        }),
      ),
    ],
    refusals: [...refusals, ...consumers.refusals],
  };
}

function resourceSteps(target: Target, account: Account): Step[] {
  const steps: Step[] = [];
  for (const name of target.queues) {
    const queue = account.queues.get(name);
    if (queue === undefined) steps.push({ kind: "queue", name });
    else if (queue.retentionSeconds !== RETENTION_SECONDS) steps.push({ kind: "retention", name });
  }
  for (const { name, expiry, notifies } of target.buckets) {
    const bucket = account.buckets.get(name);
    if (bucket === undefined) steps.push({ kind: "bucket", name });
    if (expiry !== null && !bucket?.lifecycleRules.some(({ id }) => id === expiryRuleId(expiry.prefix))) {
      steps.push({ kind: "expiry", bucket: name, ...expiry });
    }
    const queueId = notifies === null ? undefined : account.queues.get(notifies.queue)?.id;
    if (notifies !== null && (queueId === undefined || !bucket?.notifiedQueueIds.includes(queueId))) {
      steps.push({ kind: "notification", bucket: name, ...notifies });
    }
  }
  if (account.databaseId === null) steps.push({ kind: "database", name: target.database });
  const files = target.migrations.filter((file) => !account.migrations.includes(file));
  if (files.length > 0) steps.push({ kind: "migrations", files });
  return steps;
}

export function expiryRuleId(prefix: string): string {
  return `dealwire-expire-${prefix.replace(/\/$/, "")}`;
}

/** Null when the Worker is there, complete and made of the same. */
function reasonToDeploy(worker: WorkerName, target: Target, account: Account): string | null {
  const wanted = wantedWorker(worker, target);
  const script = workerName(target.deployment, worker);
  const there = account.workers.get(worker);
  if (there === undefined) return "new";
  if (there.release?.digest !== wanted.release.digest) return "changed";
  const { queues, triggers } = wanted.config;
  const deaf = queues.consumers.filter(
    (consumer) => !account.queues.get(consumer.queue)?.consumers.some((each) => readsAs(each, consumer, script)),
  );
  if (deaf.length > 0) return `does not read ${deaf.map(({ queue }) => queue).join(", ")} as its config says`;
  if (triggers.crons.some((cron) => !there.crons.includes(cron))) return "its cron trigger is missing";
  if (there.openAddresses.length > 0) return `answers on ${there.openAddresses.join(" and ")}, past its routes`;
  const lost = wanted.routes.filter((route) => account.routes.get(route) !== script);
  return lost.length > 0 ? `does not answer ${lost.join(", ")}` : null;
}

/** What the API does not say of a consumer counts as right. */
function readsAs(
  { script, settings }: QueueState["consumers"][number],
  wanted: ConsumerConfig,
  wantedScript: string,
): boolean {
  const { batch_size, max_wait_time_ms, max_retries, max_concurrency } = settings;
  return (
    script === wantedScript &&
    (batch_size ?? wanted.max_batch_size) === wanted.max_batch_size &&
    (max_wait_time_ms ?? wanted.max_batch_timeout * 1_000) === wanted.max_batch_timeout * 1_000 &&
    (max_retries ?? wanted.max_retries) === wanted.max_retries &&
    (max_concurrency ?? wanted.max_concurrency) === wanted.max_concurrency
  );
}

function wantedWorker(worker: WorkerName, target: Target): WorkerTarget {
  const wanted = target.workers.get(worker);
  if (wanted === undefined) throw new Error(`no target for ${worker}`);
  return wanted;
}

function orderOf(
  workers: readonly WorkerName[],
  target: Target,
  account: Account,
  { only, anyway }: PlanOptions,
): { order: readonly WorkerName[]; refusals: string[] } {
  const deployed = new Map<WorkerName, Release>();
  for (const [worker, { release }] of account.workers) if (release !== null) deployed.set(worker, release);
  if (anyway) return { order: workers, refusals: [] };
  if (only !== null && only !== "state" && !account.workers.has("state")) {
    return { order: [], refusals: ["There is no state Worker yet, and the others use its objects: deploy all first."] };
  }
  const candidates = new Map(workers.map((worker) => [worker, wantedWorker(worker, target).release]));
  const { order, stuck } = deployOrder(candidates, deployed);
  if (stuck.length === 0) return { order, refusals: [] };
  return { order: [], refusals: [refusalOf(stuck, only)] };
}

function refusalOf(conflicts: readonly Conflict[], only: WorkerName | null): string {
  const lines = [...new Set(conflicts.map(describeConflict))].map((line) => `  ${line}`).join("\n");
  const remedy =
    only === null
      ? "These grew in a circle, so no order is safe: release them one after the other"
      : `Deploy ${[...new Set(conflicts.map(firstOf))].join(", ")} first`;
  const otherwise = conflicts.every(({ kind }) => kind === "message")
    ? ", or use --anyway and replay the dead letters."
    : "; the platform takes it no other way.";
  return `What is deployed would not go with it:\n${lines}\n${remedy}${otherwise}`;
}

/** The same question for one version of one Worker, for a rollback. */
export function refuseRelease(worker: WorkerName, release: Release, account: Account): string | null {
  const deployed = new Map<WorkerName, Release>();
  for (const [name, state] of account.workers) if (state.release !== null) deployed.set(name, state.release);
  const conflicts = conflictsOf(worker, release, deployed);
  return conflicts.length === 0 ? null : refusalOf(conflicts, worker);
}

/** A queue has one consumer: one that the configuration no longer names stays attached until it is taken away. */
function consumersInTheWay(
  workers: readonly WorkerName[],
  target: Target,
  account: Account,
): { steps: Step[]; refusals: string[] } {
  const ours = new Set(WORKERS.map((worker) => workerName(target.deployment, worker)));
  const steps: Step[] = [];
  const refusals: string[] = [];
  for (const worker of workers) {
    const script = workerName(target.deployment, worker);
    for (const { queue } of wantedWorker(worker, target).config.queues.consumers) {
      for (const consumer of account.queues.get(queue)?.consumers ?? []) {
        if (consumer.script === script) continue;
        if (consumer.script !== null && ours.has(consumer.script)) {
          steps.push({ kind: "detach", queue, script: consumer.script, consumerId: consumer.id });
        } else {
          const reader = consumer.script ?? "an HTTP pull consumer";
          refusals.push(
            `The queue ${queue} is read by ${reader}, which is not of this deployment. Take it away (wrangler queues consumer remove), or choose another name in dealwire.toml.`,
          );
        }
      }
    }
  }
  return { steps, refusals };
}

type SecretsStep = Extract<Step, { kind: "secrets" }>;

/**
 * A secret that is made here can't be read back, so where one holder lacks it, all of them get a new one; those that lack
 * it last. However this is interrupted, somebody still lacks it until all of them have the same.
 */
function missingSecrets(target: Target, account: Account): SecretsStep[] {
  const lacks = (worker: WorkerName, name: string) => !account.workers.get(worker)?.secrets.has(name);
  const holders = [...target.workers].map(([worker, { config }]) => ({ worker, required: config.secrets.required }));
  const remade = new Set(
    holders
      .flatMap(({ worker, required }) => required.filter((name) => lacks(worker, name)))
      .filter((name) => originOf(name, target.systems) === "made"),
  );
  const steps = holders.flatMap(({ worker, required }): SecretsStep[] => {
    const secrets = required.filter((name) => remade.has(name) || lacks(worker, name));
    return secrets.length === 0 ? [] : [{ kind: "secrets", worker, secrets }];
  });
  const lacking = ({ worker, secrets }: SecretsStep) => Number(secrets.some((name) => lacks(worker, name)));
  return steps.sort((one, other) => lacking(one) - lacking(other));
}
