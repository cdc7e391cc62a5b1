// Asks the queues and the objects how they are. Rule: what can't be asked is left out or null, and never fails the job.
import { BUDGET_NAME, type BudgetRpc } from "#contract/budget.ts";
import { QUEUE_NAMES, type QueueName } from "#contract/queues.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import type { QueueReading, Readings } from "./readings.ts";

type Metered = {
  metrics(): Promise<{ backlogCount: number; oldestMessageTimestamp?: Date }>;
};

/** The outside systems that have an Upstream object. */
const SYSTEMS = [
  "hubspot",
  "salesforce",
  "slack",
  "gmail",
  "msgraph",
  "resend",
  "outreach",
  "salesloft",
  "apollo",
  "teams",
  "webhook",
  "llm",
] as const;

export type Measured = {
  queues: Readonly<Record<QueueName, Metered>>;
  upstream(system: string): Pick<UpstreamRpc, "status">;
  budget(name: string): Pick<BudgetRpc, "status">;
};

export async function measure(ports: Measured): Promise<Pick<Readings, "queues" | "upstreams" | "budget">> {
  const [queues, upstreams, budget] = await Promise.all([
    Promise.all(QUEUE_NAMES.map((queue) => readQueue(queue, ports.queues[queue]))).catch(() => null),
    Promise.allSettled(SYSTEMS.map((system) => ports.upstream(system).status())),
    ports
      .budget(BUDGET_NAME)
      .status()
      .catch(() => null),
  ]);
  const known = upstreams.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  return { queues, budget, upstreams: known.filter(({ calls }) => calls.answered + calls.failed + calls.deferred > 0) };
}

async function readQueue(queue: QueueName, metered: Metered): Promise<QueueReading> {
  const { backlogCount, oldestMessageTimestamp: oldest } = await metered.metrics();
  const isKnown = backlogCount > 0 && oldest !== undefined && oldest.getTime() > 0;
  return { queue, messages: backlogCount, oldest_at: isKnown ? oldest.toISOString() : null };
}
