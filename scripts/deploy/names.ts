// What everything is called in the account. Rule: the tracked configs say `dealwire`; a deployment puts its own name in
// that place, and before every queue, so that several deployments have room in one account.

import { deadQueueOf, LAYER_WORKERS, QUEUE_NAMES, type WorkerName } from "#contract/queues.ts";
import { DEPLOYED_CONFIGS } from "../worker-configs.ts";

export const WORKERS: readonly WorkerName[] = DEPLOYED_CONFIGS.map(workerOfConfig);

/** Every queue of the pipeline, dead-letter queues included, by its plain name. */
export const PLAIN_QUEUES: readonly string[] = QUEUE_NAMES.flatMap((name) => [name, deadQueueOf(name)]);

/** `dealwire-raw` is `acme-staging-raw` in the deployment `acme-staging`. */
export function deployedName(deployment: string, tracked: string): string {
  return tracked.replace(/^dealwire(?=-|$)/, deployment);
}

export function queueName(deployment: string, plain: string): string {
  return `${deployment}-${plain}`;
}

export function workerName(deployment: string, worker: WorkerName): string {
  return `${deployment}-${worker}`;
}

export function isWorker(name: string): name is WorkerName {
  return name === "state" || LAYER_WORKERS.some((layer) => layer === name);
}

export function configPath(worker: WorkerName): string {
  return worker === "state" ? "wrangler.toml" : `workers/${worker}/wrangler.toml`;
}

function workerOfConfig(path: string): WorkerName {
  const name = /^workers\/([a-z]+)\//.exec(path)?.[1] ?? "state";
  if (!isWorker(name)) throw new Error(`${path} is the config of no Worker in contract/queues.ts`);
  return name;
}
