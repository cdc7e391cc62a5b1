// Does the account have what this clone needs, and does every queue have its one consumer? A consumer that was removed from
// a config is still attached, and one that is in it may be missing, so both are looked up. Rule: pure; the account was read
// before (scripts/deploy/account.ts).
import { deadQueueOf, QUEUE_NAMES, QUEUES, type WorkerName } from "#contract/queues.ts";
import type { Account } from "../deploy/account.ts";
import { queueName, workerName } from "../deploy/names.ts";
import type { Target } from "../deploy/target.ts";
import { type Finding, findingsOf } from "./finding.ts";

const CONSUMERS: readonly (readonly [string, WorkerName])[] = QUEUE_NAMES.flatMap((name) => [
  [name, QUEUES[name].consumer] as const,
  [deadQueueOf(name), "ledger"] as const,
]);

export function checkAccount(account: Account, target: Target): Finding[] {
  return [
    ...checkQueues(account, target.deployment),
    ...[...target.workers].flatMap(([worker, wanted]) => checkWorker(account, worker, wanted, target.deployment)),
    ...checkStores(account, target),
  ];
}

function checkQueues({ queues }: Account, deployment: string): Finding[] {
  const report = findingsOf("queues");
  const wrong = CONSUMERS.flatMap(([plain, worker]): Finding[] => {
    const name = queueName(deployment, plain);
    const script = workerName(deployment, worker);
    const queue = queues.get(name);
    if (queue === undefined) return [report("failure", name, "does not exist", "npm run deploy creates it.")];
    const others = queue.consumers.filter((consumer) => consumer.script !== script);
    const stray = others.map((consumer) => {
      const todo = `wrangler queues consumer remove ${name} ${consumer.script ?? "(in the dashboard)"}`;
      return report("failure", name, `${consumer.script ?? "an HTTP pull consumer"} consumes it, too`, todo);
    });
    if (queue.consumers.length > others.length) return stray;
    return [...stray, report("failure", name, "has no consumer, so messages pile up", `npm run deploy -- ${worker}`)];
  });
  return wrong.length > 0 ? wrong : [report("ok", "consumers", `${CONSUMERS.length} queues have their one`)];
}

function checkWorker(
  { workers, routes }: Account,
  worker: WorkerName,
  { config, release, routes: wanted }: NonNullable<ReturnType<Target["workers"]["get"]>>,
  deployment: string,
): Finding[] {
  const report = findingsOf("Workers");
  const name = workerName(deployment, worker);
  const deploy = `npm run deploy -- ${worker}`;
  const state = workers.get(worker);
  if (state === undefined) return [report("failure", name, "is not deployed", deploy)];
  const missing = config.secrets.required.filter((secret) => !state.secrets.has(secret));
  const crons = config.triggers.crons.filter((cron) => !state.crons.includes(cron));
  const unrouted = wanted.filter((pattern) => routes.get(pattern) !== name);
  const findings = [
    ...(unrouted.length > 0 ? [report("failure", name, `does not get ${unrouted.join(", ")}`, deploy)] : []),
    ...(missing.length > 0
      ? [report("failure", name, `lacks ${missing.join(", ")}`, `${deploy} asks for it; empty if unused.`)]
      : []),
    ...(state.openAddresses.length > 0
      ? [report("failure", name, `answers on ${state.openAddresses.join(" and ")}, past Access and its routes`, deploy)]
      : []),
    ...(crons.length > 0 ? [report("failure", name, `its cron trigger ${crons.join(", ")} is not set`, deploy)] : []),
    ...(state.release?.digest === release.digest
      ? []
      : [report("warning", name, versionWords(state.release?.version), `${deploy}, if you want what this clone has.`)]),
  ];
  return findings.length > 0 ? findings : [report("ok", name, `${release.version}, as in this clone`)];
}

function versionWords(version: string | undefined): string {
  return version === undefined
    ? "was not deployed by npm run deploy, so its version is not known"
    : `${version} is deployed, and this clone has other code`;
}

function checkStores(account: Account, target: Target): Finding[] {
  const report = findingsOf("stores");
  const create = "npm run deploy creates it.";
  const pending = target.migrations.filter((name) => !account.migrations.includes(name));
  return [
    account.databaseId === null
      ? report("failure", target.database, "there is no such database", create)
      : pending.length > 0
        ? report("failure", target.database, `not applied: ${pending.join(", ")}`, "npm run deploy applies them.")
        : report("ok", target.database, `${account.migrations.length} migrations applied`),
    ...target.buckets.map(({ name, expiry }) => {
      const bucket = account.buckets.get(name);
      if (bucket === undefined) return report("failure", name, "there is no such bucket", create);
      if (expiry !== null && bucket.lifecycleRules.length === 0) {
        return report(
          "warning",
          name,
          "has no lifecycle rule, so personal data is kept for ever",
          "npm run deploy sets it.",
        );
      }
      return report("ok", name, "is there");
    }),
  ];
}
