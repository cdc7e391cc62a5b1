// The impure ports that every queue consumer needs, made from what its configuration gives it. Called once per batch
// by a worker.ts, so that nothing else names the clock, randomness or the environment.
import { uuidv7 } from "uuidv7";
import { codeVersionOf } from "./code-version.ts";
import type { ConsumePorts } from "./consume.ts";
import { createLog } from "./log.ts";
import { type AnyQueue, createPublish, type QueueBinding } from "./publish.ts";

export function consumePorts(
  layer: string,
  bindings: Readonly<Partial<Record<AnyQueue, QueueBinding>>>,
  retryBaseSeconds: string,
  version: Parameters<typeof codeVersionOf>[0],
): ConsumePorts {
  return {
    codeVersion: codeVersionOf(version),
    now: Date.now,
    newEventId: uuidv7,
    random: Math.random,
    log: createLog(layer),
    publish: createPublish(bindings),
    retryBaseSeconds: Number(retryBaseSeconds),
  };
}
