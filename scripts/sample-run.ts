// Sends the samples of `npm start`, one for each thing that dealwire does, and follows them. Rule: every start has
// deals of its own, so that no sample folds into what an earlier start left waiting.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { SAMPLE_SOURCES, type SampleSourceName, secretOf } from "./deliveries.ts";
import type { Delivery } from "./delivery.ts";
import { follow } from "./follow.ts";
import { readSample } from "./sample-files.ts";
import { type DealKind, putDeal } from "./sandbox-deals.ts";
import { isAtRest, isPending, readSignal, type SignalView } from "./signal-view.ts";

type StartSample = {
  source: SampleSourceName;
  name: string;
  title: string;
  /** The deal it is about, and the field of the sample that names it. */
  deal: { kind: DealKind; path: readonly string[]; prefix: string } | null;
};

const START_SAMPLES: readonly StartSample[] = [
  {
    source: "hubspot",
    name: "deal-idle",
    title: "idle deal near its close",
    deal: { kind: "idle", path: ["objectId"], prefix: "" },
  },
  {
    source: "standard",
    name: "competitor-mentioned",
    title: "competitor on a call",
    deal: { kind: "open", path: ["data", "deal_id"], prefix: "hubspot:" },
  },
  { source: "hubspot", name: "deal-won", title: "deal won", deal: { kind: "won", path: ["objectId"], prefix: "" } },
  { source: "hubspot", name: "contact-changed", title: "contact's job title", deal: null },
];

/** What was sent, the signal it became, and what became of that (null: not seen in time). */
export type SampleResult = { title: string; signalId: string; view: SignalView | null };

export type SampleRun = {
  baseUrl: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Follow what waits for a person through to its time-out; null: don't. */
  approvalTtlSeconds: number | null;
  onStep(title: string, step: SignalView["trail"][number]): void;
};

/** Longest that the pipeline takes for a handful of signals on a slow machine, cold. */
const PIPELINE_TIMEOUT_MS = 45_000;

/** Throws when the sandbox or ingest refuses a sample. */
export async function runSamples({ baseUrl, env, approvalTtlSeconds, onStep }: SampleRun): Promise<SampleResult[]> {
  const titles = new Map<string, string>();
  for (const [index, { source, name, title, deal }] of START_SAMPLES.entries()) {
    const nowMs = Date.now();
    const dealId = String(nowMs * 10 + index);
    if (deal !== null) await putDeal(baseUrl, dealId, deal.kind, nowMs);
    const assignments = deal === null ? [] : [{ path: deal.path, value: `${deal.prefix}${dealId}` }];
    const secret = secretOf(source, env);
    const sample = readSample(source, name);
    const delivery = SAMPLE_SOURCES[source].deliver({ sample, assignments, baseUrl, secret, nowMs, newId: randomUUID });
    for (const signalId of await post(delivery)) titles.set(signalId, title);
  }
  const timeoutMs = PIPELINE_TIMEOUT_MS + (approvalTtlSeconds ?? 0) * 1_000;
  const atRest = (view: SignalView) => isAtRest(view) && (approvalTtlSeconds === null || !isPending(view));
  const views = await follow([...titles.keys()], atRest, timeoutMs, {
    read: (signalId) => readSignal(baseUrl, signalId),
    onStep: (signalId, step) => onStep(titles.get(signalId) ?? signalId, step),
    now: Date.now,
    sleep,
  });
  return [...titles].map(([signalId, title]) => ({ title, signalId, view: views.get(signalId) ?? null }));
}

const Answer = z.object({ signals: z.array(z.object({ signal_id: z.string() })) });

/** The ids of the signals that the delivery became. */
async function post({ url, headers, body }: Delivery): Promise<string[]> {
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return Answer.parse(JSON.parse(text)).signals.map(({ signal_id }) => signal_id);
}
