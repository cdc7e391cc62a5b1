// Every check over a running dealwire, in the order in which one explains the next. Rule: nothing that it does leaves an
// effect outside; when the deployment does not answer, the checks that need it are left out.
import type { HttpPorts } from "#runtime/http.ts";
import type { Ask } from "./ask.ts";
import { checkPipeline } from "./check-pipeline.ts";
import { type Clone, checkReach } from "./check-reach.ts";
import { checkRunning } from "./check-running.ts";
import { checkSystems } from "./check-systems.ts";
import { checkWebhooks } from "./check-webhooks.ts";
import type { Finding } from "./finding.ts";
import type { Given } from "./harmless-calls.ts";

export type ExamineInput = { given: Given; clone: Clone; timeoutMs: number };
export type ExaminePorts = HttpPorts & { ask: Ask; sleep(milliseconds: number): Promise<unknown>; newId(): string };

/** The findings check by check, as they come. */
export async function* examine(
  { given, clone, timeoutMs }: ExamineInput,
  ports: ExaminePorts,
): AsyncGenerator<Finding[]> {
  const reach = await checkReach(ports.ask, clone, ports.now);
  yield reach;
  const isFailing = (subject: string) => reach.some((one) => one.subject === subject && one.state === "failure");
  if (isFailing("ingest")) return;
  yield await checkWebhooks(ports.ask);
  yield await checkSystems(given, ports);
  if (isFailing("console")) return;
  yield await checkRunning(ports.ask, ports.now());
  yield await checkPipeline(given.STANDARD_WEBHOOKS_SECRETS ?? "", timeoutMs, ports);
}
