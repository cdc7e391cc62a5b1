// A realistic day: which signals come, from which sources, and what they lead to. Rule: the same number of signals is the
// same day, event ids and times apart; of a hundred signals thirty lead to an action and ten of these wait for a person.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Assignment } from "../scripts/assignments.ts";
import { SAMPLE_SOURCES, type SampleSourceName, secretOf } from "../scripts/deliveries.ts";
import type { Delivery } from "../scripts/delivery.ts";
import { readSample } from "../scripts/sample-files.ts";
import { dealChange, putDeal } from "../tests/support/deals.ts";
import type { Pipeline } from "../tests/support/pipeline.ts";

/** HubSpot sends up to a hundred events in a request; a busy portal some five at a time. */
const HUBSPOT_BATCH = 5;
const FIRST_DEAL = 700_000;
const BASE_URL = "http://localhost:8787";
const localEnv = parseEnv(readFileSync("sandbox/local.env", "utf8"));

/** Of a hundred signals; twelve of these act, on one deal. Those of HubSpot come in batches, `actOf` tells which act. */
const SINGLES: readonly (readonly [SampleSourceName, string, number])[] = [
  ["track", "pricing-page", 28],
  ["posthog", "pricing-page", 4],
  ["salesforce", "stage-changed-cdc", 5],
  ["standard", "competitor-mentioned", 2],
  ["gong", "competitor-on-call", 1],
];

type Act = "task" | "mail" | "none";
/** What the nth HubSpot event of sixty leads to: ten tasks, ten mails for approval, the rest nothing. */
const actOf = (n: number): Act => (["task", "none", "mail", "none", "none", "none"] as const)[n % 6] ?? "none";
/** On the day before, the deals that act had the other of the two, so that each is known and nothing folds. */
const BEFORE: Readonly<Record<Act, Act>> = { task: "mail", mail: "task", none: "none" };

export type Day = { signals: number; requests: (() => Promise<Response>)[] };

/** Seeds the deals into the sandbox and answers the requests, to be sent in order at any pace: those of the day, or of the one before. */
export async function dayOf(pipeline: Pipeline, signals: number, day: "before" | "today"): Promise<Day> {
  const hundreds = Math.max(1, Math.round(signals / 100));
  const act = (n: number) => (day === "today" ? actOf(n) : BEFORE[actOf(n)]);
  const requests: Day["requests"] = [];
  for (let hundred = 0; hundred < hundreds; hundred += 1) {
    const deals = Array.from({ length: 60 }, (_, n) => FIRST_DEAL + hundred * 60 + n);
    await Promise.all(deals.map((id, n) => putDeal(pipeline, String(id), propertiesOf(act(n)))));
    const changes = deals.map((id, n) => [id, act(n)] as const);
    const batches = changes.flatMap((_, n) => (n % HUBSPOT_BATCH === 0 ? [changes.slice(n, n + HUBSPOT_BATCH)] : []));
    const hubspot = batches.map((some) => () => pipeline.hubspot(some.map(changeOf)));
    const singles = SINGLES.flatMap(([source, sample, count]) =>
      Array.from(
        { length: count },
        (_, n) => () => send(pipeline, source, sample, source === "track" ? visitor(hundred, n) : []),
      ),
    );
    requests.push(...shuffled([...hubspot, ...singles]));
  }
  return { signals: hundreds * 100, requests };
}

function propertiesOf(act: Act): Record<string, string> {
  return act === "mail" ? {} : { notes_last_updated: new Date().toISOString() };
}

function changeOf([id, act]: readonly [number, Act]) {
  return act === "task" ? dealChange(id, "competitors", "Globex") : dealChange(id, "description", "changed");
}

/** Whoever comes looks at four pages. */
function visitor(hundred: number, n: number): Assignment[] {
  return [{ path: ["anonymousId"], value: `visitor-${hundred}-${Math.floor(n / 4)}` }];
}

/** A sample of the source, as the source sends it. */
export function delivery(source: SampleSourceName, sample: string, assignments: readonly Assignment[] = []): Delivery {
  return SAMPLE_SOURCES[source].deliver({
    sample: readSample(source, sample),
    assignments,
    baseUrl: BASE_URL,
    secret: secretOf(source, localEnv),
    nowMs: Date.now(),
    newId: randomUUID,
  });
}

function send(
  pipeline: Pipeline,
  source: SampleSourceName,
  sample: string,
  assignments: readonly Assignment[],
): Promise<Response> {
  const { url, headers, body } = delivery(source, sample, assignments);
  return pipeline.fetch(url, { method: "POST", headers, body });
}

/** In an order that mixes the sources, the same each time: by a multiple of a prime. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items.map((_, n) => items[(n * 31) % items.length]).filter((item) => item !== undefined);
}
