// What ingest and enrich are under while their heap is measured: a report, and webhooks as fast as they are taken. Rule:
// all of it is taken, or it throws.
import { openAsBlob, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import * as z from "zod";
import { signHubspot } from "../../scripts/sign-hubspot.ts";
import { dealChange, putDeal } from "../../tests/support/deals.ts";
import { post } from "../direct.ts";

/** As many as HubSpot sends in a request at most. */
export const EVENTS = 100;
/** Requests under way at a time. */
export const AT_ONCE = 16;
/** The webhook as HubSpot was told it; its signature covers it. */
const HOOK = "http://localhost:8787/hooks/hubspot";
const FIRST_DEAL = 800_000;

const Taken = z.object({ accepted: z.int() });
const Book = z.object({ hubspot: z.object({ records: z.object({ deals: z.array(z.object({ id: z.string() })) }) }) });
const env = parseEnv(readFileSync("sandbox/local.env", "utf8"));

export async function sendReport(to: URL, file: string, rows: number): Promise<void> {
  const answer = await fetch(new URL("/hooks/bombora?file=surge-20261115.csv.gz", to), {
    method: "POST",
    headers: { authorization: `Bearer ${env.INGEST_TOKENS}`, "content-type": "application/gzip" },
    body: await openAsBlob(file),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  const { accepted } = Taken.parse(JSON.parse(text));
  if (accepted !== rows) throw new Error(`${accepted} of ${rows} rows were taken`);
}

/** Each webhook is about the next hundred deals, from the first again after the last. */
export async function sendWebhooks(to: URL, deals: readonly string[], webhooks: number): Promise<void> {
  const secret = env.HUBSPOT_CLIENT_SECRET ?? "";
  const url = new URL("/hooks/hubspot", to).href;
  await inTurn(webhooks, async (n) => {
    const ids = Array.from({ length: EVENTS }, (_, at) => deals[(n * EVENTS + at) % deals.length] ?? "");
    const body = JSON.stringify(ids.map((id) => dealChange(id)));
    const signed = signHubspot({ secret, method: "POST", url: HOOK, body, timestamp: Date.now() });
    await post(url, { "content-type": "application/json", ...signed }, body);
  });
}

/** The ids of all deals in the sandbox's CRM: its book and `more` beside it, each with a company and a contact. */
export async function fillBook(sandbox: URL, more: number): Promise<string[]> {
  const to = { fetch: (path: string, init?: RequestInit) => fetch(new URL(path, sandbox), init) };
  await inTurn(more, (n) => putDeal(to, String(FIRST_DEAL + n)));
  const state = await to.fetch("/sandbox/state?system=hubspot&requests=0");
  return Book.parse(await state.json()).hubspot.records.deals.map(({ id }) => id);
}

export const unknownDeals = (count: number) => Array.from({ length: count }, (_, n) => String(FIRST_DEAL + n));

/** Some at a time, begun in order. */
async function inTurn(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
