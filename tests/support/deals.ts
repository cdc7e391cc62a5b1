// HubSpot deals and events for the pipeline tests, in HubSpot's own shapes, relative to now.
import type { Pipeline } from "./pipeline.ts";

export const ANA = "ana.duarte@northwind.example";
const DAY_MS = 86_400_000;
let nextEventId = 1_000_000_000 + (Date.now() % 1_000_000_000);

/** One `deal.propertyChange` as HubSpot sends it, with its own event id. */
export function dealChange(dealId: string | number, property = "amount", value = "50000") {
  nextEventId += 1;
  return {
    eventId: nextEventId,
    subscriptionId: 6527619,
    portalId: 48975575,
    appId: 39522895,
    occurredAt: Date.now(),
    subscriptionType: "deal.propertyChange",
    attemptNumber: 0,
    objectId: Number(dealId),
    propertyName: property,
    propertyValue: value,
    changeSource: "CRM_UI",
    sourceId: "userId:98499705",
  };
}

/** Puts a deal into the sandbox's CRM, idle and close to its close date unless told otherwise. */
export async function putDeal(
  pipeline: Pick<Pipeline, "fetch">,
  id: string,
  properties: Record<string, string | null> = {},
): Promise<void> {
  const response = await pipeline.fetch(`/sandbox/hubspot/records/deals/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      properties: {
        dealname: `Deal ${id}`,
        dealstage: "qualifiedtobuy",
        amount: "48000",
        hubspot_owner_id: "64492917",
        notes_last_updated: new Date(Date.now() - 14 * DAY_MS).toISOString(),
        closedate: new Date(Date.now() + 12 * DAY_MS).toISOString(),
        createdate: new Date(Date.now() - 90 * DAY_MS).toISOString(),
        ...properties,
      },
      associations: { companies: ["330222354146"], contacts: ["508369434347"] },
    }),
  });
  if (!response.ok) throw new Error(`seeding deal ${id}: ${response.status} ${await response.text()}`);
}
