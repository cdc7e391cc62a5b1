// The bucket of raw bodies. Rule: a bucket that fails loses no signal; what depends on a body being kept is told so.
import type { Log } from "#runtime/log.ts";
import { use } from "#runtime/usage.ts";
import { within } from "./deadline.ts";
import { type Delivery, type RawBody, rawBodyOf, reasonToKeep } from "./raw-body.ts";

export type RawStore = {
  /** Rejects when the bucket refuses. */
  put(raw: RawBody): Promise<unknown>;
};

/** The part of the bucket that is needed. */
export type RawBucket = {
  put(key: string, body: Uint8Array, options: { customMetadata: Record<string, string> }): Promise<unknown>;
};

/** Senders wait five seconds at most (HubSpot); a usual write takes a tenth of one. */
const PUT_LIMIT_MS = 2_000;

export function createRawStore(bucket: RawBucket, putLimitMs: number = PUT_LIMIT_MS): RawStore {
  return {
    put: ({ key, body, metadata }) => {
      use("r2_writes");
      return within(putLimitMs, bucket.put(key, body, { customMetadata: metadata }));
    },
  };
}

/** The key under which the body is kept, or null when it need not be, or could not. Never throws. */
export async function keepRaw(
  delivery: Delivery,
  understood: boolean,
  { raw, log }: { raw: RawStore; log: Log },
): Promise<string | null> {
  const reason = reasonToKeep(delivery.source, delivery.body.byteLength, understood);
  if (reason === null) return null;
  try {
    const kept = await rawBodyOf(delivery, reason);
    await raw.put(kept);
    return kept.key;
  } catch (error) {
    const fields = { source: delivery.source.name, correlation_id: delivery.correlationId, why: reason };
    log("error", "raw_not_kept", { ...fields, reason: String(error) });
    return null;
  }
}
