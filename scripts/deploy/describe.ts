// A step in words, for the plan and the progress. Rule: names and no values; a secret is only ever named.
import { workerName } from "./names.ts";
import type { Step } from "./plan.ts";
import { originOf } from "./secrets.ts";
import { RETENTION_SECONDS, type Target } from "./target.ts";

const DAY_SECONDS = 86_400;
const RETENTION = `${RETENTION_SECONDS / DAY_SECONDS} days`;

export function describeStep(step: Step, target: Target): string {
  switch (step.kind) {
    case "queue":
      return `create the queue ${step.name}, which keeps messages for ${RETENTION}`;
    case "retention":
      return `have the queue ${step.name} keep messages for ${RETENTION}`;
    case "database":
      return `create the D1 database ${step.name}`;
    case "migrations":
      return `apply ${step.files.length === 1 ? "the migration" : `${step.files.length} migrations:`} ${step.files.map((file) => file.replace(/\.sql$/, "")).join(", ")}`;
    case "bucket":
      return `create the R2 bucket ${step.name}`;
    case "expiry":
      return `have ${step.bucket} delete what is older than ${step.maxAgeSeconds / DAY_SECONDS} days under ${step.prefix}`;
    case "notification":
      return `have ${step.bucket} tell the queue ${step.queue} of files under ${step.prefix}`;
    case "detach":
      return `take ${step.script} off the queue ${step.queue}, whose consumer is another one now`;
    case "worker":
      return `deploy ${workerName(target.deployment, step.worker)} (${step.why})`;
    case "secrets":
      return `put secrets of ${workerName(target.deployment, step.worker)}`;
  }
}

const ORIGINS = { asked: "from you", made: "made here", unused: "empty, not used" } as const;

/** Where the values of a step's secrets come from; empty for a step without. */
export function describeSecrets(step: Step, { systems }: Target): string[] {
  if (step.kind !== "worker" && step.kind !== "secrets") return [];
  return (["asked", "made", "unused"] as const).flatMap((origin) => {
    const names = step.secrets.filter((name) => originOf(name, systems) === origin);
    return names.length === 0 ? [] : [`secrets ${ORIGINS[origin]}: ${names.join(", ")}`];
  });
}
