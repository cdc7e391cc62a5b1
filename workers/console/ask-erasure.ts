// Asks the ledger to forget somebody, for the API and the page alike. Rule: the id says nothing of whom.
import { erasureRequested } from "#contract/messages.ts";
import { deriveId } from "#runtime/digest.ts";
import { createEnvelope } from "#runtime/publish.ts";
import type { ErasureBody } from "#web/api/erasure-body.ts";
import type { ConsoleDeps } from "./deps.ts";

/** The id of the erasure, or null when the queue did not take it. `requestId` is a W3C trace-id. */
export async function askErasure(
  wanted: ErasureBody,
  by: string,
  requestId: string,
  deps: ConsoleDeps,
): Promise<string | null> {
  const erasure = {
    erasure_id: await deriveId("era", [requestId]),
    ...wanted,
    requested_by: by,
    requested_at: new Date(deps.now()).toISOString(),
  };
  const origin = { correlation_id: requestId, priority: "standard", causation_id: null } as const;
  try {
    await deps.publish("erasures", [createEnvelope(erasureRequested, erasure, origin, deps)]);
    return erasure.erasure_id;
  } catch (error) {
    deps.log("error", "erasure_not_queued", { correlation_id: requestId, reason: String(error) });
    return null;
  }
}
