// The bucket of raw bodies. Rule: a bucket that fails loses no signal; what depends on a body being kept is told so.
import type { Log } from "#runtime/log.ts";
import { within } from "./deadline.ts";
import { type Delivery, type RawBody, rawBodyOf, reasonToKeep } from "./raw-body.ts";

/** An object as it is read back; whoever wrote it, its metadata is still to be parsed. */
export type StoredRaw = { body: Uint8Array; metadata: unknown };

export type RawStore = {
  /** Rejects when the bucket refuses. */
  put(raw: RawBody): Promise<unknown>;
  /** Null when there is none under this key. Rejects when the bucket can't be read. */
  get(key: string): Promise<StoredRaw | null>;
};

/** The part of the bucket that is needed. */
export type RawBucket = {
  put(key: string, body: Uint8Array, options: { customMetadata: Record<string, string> }): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer>; customMetadata?: Record<string, string> } | null>;
};

/** Senders wait five seconds at most (HubSpot); a usual write takes a tenth of one. */
const PUT_LIMIT_MS = 2_000;

export function createRawStore(bucket: RawBucket, putLimitMs: number = PUT_LIMIT_MS): RawStore {
  return {
    put: ({ key, body, metadata }) => within(putLimitMs, bucket.put(key, body, { customMetadata: metadata })),
    async get(key) {
      const object = await bucket.get(key);
      if (object === null) return null;
      return { body: new Uint8Array(await object.arrayBuffer()), metadata: object.customMetadata };
    },
  };
}

/** The key under which the body is kept, or null when it need not be, or could not. Never throws. */
export async function keepRaw(
  delivery: Delivery,
  understood: boolean,
  { raw, log }: { raw: Pick<RawStore, "put">; log: Log },
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
