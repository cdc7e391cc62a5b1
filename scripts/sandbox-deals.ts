// The deals that the samples are about: each start puts its own into the sandbox's CRM, modelled on one of its book.
// Rule: they are dated around now, so that a start after a week shows the same as the first one.
import * as z from "zod";

const DAY_MS = 86_400_000;

/** Has contacts, a company and an owner. */
const MODEL_DEAL = "332507367156";

const Model = z.object({
  id: z.literal(MODEL_DEAL),
  properties: z.record(z.string(), z.string().nullable()),
  associations: z.record(z.string(), z.array(z.object({ id: z.string() }))),
});
const State = z.object({ hubspot: z.object({ records: z.object({ deals: z.array(z.unknown()) }) }) });

export type DealKind = "idle" | "open" | "won";

/** What makes a deal of each kind: its stage, the days since the last activity, and the days until it closes. */
const KINDS: Readonly<Record<DealKind, { stage: string; idleDays: number; daysToClose: number }>> = {
  idle: { stage: "presentationscheduled", idleDays: 14, daysToClose: 12 },
  open: { stage: "presentationscheduled", idleDays: 1, daysToClose: 60 },
  won: { stage: "closedwon", idleDays: 0, daysToClose: 0 },
};

/** Puts one deal of the kind, under the id; `nowMs` in milliseconds since 1970. Throws what the sandbox refused. */
export async function putDeal(baseUrl: string, id: string, kind: DealKind, nowMs: number): Promise<void> {
  const model = await readModel(baseUrl);
  const { stage, idleDays, daysToClose } = KINDS[kind];
  const { dealname, amount, hubspot_owner_id } = model.properties;
  const properties = {
    dealname: `${dealname} (sample ${id.slice(-4)})`,
    amount,
    hubspot_owner_id,
    dealstage: stage,
    closedate: new Date(nowMs + daysToClose * DAY_MS).toISOString(),
    notes_last_updated: new Date(nowMs - idleDays * DAY_MS).toISOString(),
  };
  const associations = Object.fromEntries(
    ["contacts", "companies"].map((type) => [type, [...new Set(model.associations[type]?.map((link) => link.id))]]),
  );
  await call(`${baseUrl}/sandbox/hubspot/records/deals/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ properties, associations }),
  });
}

async function readModel(baseUrl: string): Promise<z.infer<typeof Model>> {
  const state = State.parse(await call(`${baseUrl}/sandbox/state?system=hubspot&requests=0`));
  for (const deal of state.hubspot.records.deals) {
    const model = Model.safeParse(deal);
    if (model.success) return model.data;
  }
  throw new Error(`the sandbox has no deal ${MODEL_DEAL}; POST ${baseUrl}/sandbox/reset brings it back`);
}

async function call(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
