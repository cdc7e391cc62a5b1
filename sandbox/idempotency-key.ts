// Which idempotency key a request carries, wherever its system takes one: for the request log, where a person looks
// for the same key twice.
import * as z from "zod";

const Upsert = z.object({ inputs: z.array(z.object({ id: z.string(), idProperty: z.string() })).min(1) });
const Metadata = z.object({ metadata: z.object({ event_payload: z.record(z.string(), z.unknown()) }) });

/**
 * The `Idempotency-Key` header, the external id of a Salesforce upsert, the ids of a HubSpot upsert or the action id in
 * a Slack message's metadata; else null.
 */
export function idempotencyKey(headers: Headers, path: string, body: string): string | null {
  const header = headers.get("idempotency-key");
  if (header !== null) return header;
  const external = /\/sobjects\/\w+\/\w+__c\/([^/]+)$/.exec(path)?.[1];
  if (external !== undefined) return external;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  const upsert = Upsert.safeParse(json);
  if (upsert.success) return upsert.data.inputs.map((input) => input.id).join(",");
  const payload = Metadata.safeParse(json).data?.metadata.event_payload ?? {};
  const key = payload.idempotency_key ?? payload.action_id ?? payload.actionId;
  return typeof key === "string" ? key : null;
}
