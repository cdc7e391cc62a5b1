// The test signal: a signed webhook that goes the whole way, as a dry run (contract/checkup.ts), followed to its end on the
// trail. Rule: where it stops, the finding names the Worker and the queue to look at.
import * as z from "zod";
import { CHECKUP_EVENT } from "#contract/checkup.ts";
import { follow } from "../follow.ts";
import { signStandard } from "../sign-standard.ts";
import { isAtRest, isPending, SignalView } from "../signal-view.ts";
import { type Ask, whyNot } from "./ask.ts";
import { type Finding, findingsOf } from "./finding.ts";

export type PipelinePorts = { ask: Ask; now(): number; sleep(milliseconds: number): Promise<unknown>; newId(): string };

const Receipt = z.object({ signals: z.array(z.object({ signal_id: z.string() })).min(1) });
const SECRETS = "STANDARD_WEBHOOKS_SECRETS";

/** Who comes next after the last layer on the trail, and through which queue. */
const NEXT: Readonly<Record<string, string>> = {
  "": "ledger, which reads the queue audit",
  ingest: "enrich, which reads the queue signals",
  enrich: "decide, which reads the queue enriched",
  decide: "execute, which reads the queue plans, and the Deal object",
  deal: "the alarm of the Deal object, in the Worker state, and execute, which reads the queue actions",
};

/** `secrets` as in STANDARD_WEBHOOKS_SECRETS. */
export async function checkPipeline(secrets: string, timeoutMs: number, ports: PipelinePorts): Promise<Finding[]> {
  const report = findingsOf("test signal");
  const [secret = ""] = secrets.split(/\s+/);
  if (secret === "") {
    const todo = `Set ${SECRETS} in your environment or with --env-file to what ingest has, and the doctor sends one.`;
    return [report("skipped", "dry run", `${SECRETS} is not set here, so nothing can be signed`, todo)];
  }
  const sentAt = ports.now();
  const body = JSON.stringify({ type: CHECKUP_EVENT, timestamp: new Date(sentAt).toISOString() });
  const id = `msg_${ports.newId().replaceAll("-", "")}`;
  const signed = signStandard({ secret, id, body, timestamp: Math.floor(sentAt / 1_000) });
  const answer = await ports.ask("/hooks/standard", {
    text: body,
    headers: { "content-type": "application/json", ...signed },
  });
  const receipt = answer.kind === "answer" && answer.status === 202 ? Receipt.safeParse(answer.json) : null;
  const signalId = receipt?.success === true ? receipt.data.signals[0]?.signal_id : undefined;
  if (signalId === undefined) {
    const { what, todo } = whyNot(answer);
    const isRefused = answer.kind === "answer" && answer.status === 401;
    const why = `${SECRETS} here is not what ingest has: put the same one, or give the right --env-file.`;
    return [report("failure", "dry run", isRefused ? "its signature was refused (401)" : what, isRefused ? why : todo)];
  }
  const read = async () => {
    const seen = await ports.ask(`/api/signals/${signalId}`);
    const view = seen.kind === "answer" && seen.status === 200 ? SignalView.safeParse(seen.json) : null;
    return view?.success === true ? view.data : null;
  };
  const following = { read, onStep: () => {}, now: ports.now, sleep: ports.sleep };
  const view = (await follow([signalId], hasEnded, timeoutMs, following)).get(signalId);
  const seconds = ((ports.now() - sentAt) / 1_000).toFixed(1);
  if (view !== undefined && hasEnded(view)) return [ended(view, seconds)];
  const last = view?.trail.at(-1)?.layer ?? "";
  const where = last === "" ? "nothing of it is on the trail" : `its last step is ${last}'s`;
  const todo = `Look at ${NEXT[last] ?? "the signal's page"}: is the consumer attached (npm run doctor -- --account), and what does wrangler tail say? The signal is /signals/${signalId}.`;
  return [report("failure", "dry run", `not at its end after ${seconds} s: ${where}`, todo)];
}

function ended({ signal, actions, trail }: SignalView, seconds: string): Finding {
  const report = findingsOf("test signal");
  const layers = [...new Set(trail.map(({ layer }) => layer))].join(", ");
  const [action] = actions;
  if (action?.held) {
    const todo = "Nothing, if that is meant: /settings has the pauses and the levels.";
    return report("warning", "dry run", `${layers}: held back after ${seconds} s, because ${action.held.reason}`, todo);
  }
  if (action !== undefined) return report("ok", "dry run", `${layers}: ${action.state}, after ${seconds} s`);
  const todo = `Deploy this version of decide, which knows a checkup. The signal is /signals/${signal.signal_id}.`;
  return report("warning", "dry run", `it ended in decide after ${seconds} s, with ${signal.fate}`, todo);
}

function hasEnded(view: SignalView): boolean {
  return isAtRest(view) && (!isPending(view) || view.actions.some(({ held }) => held !== null));
}
