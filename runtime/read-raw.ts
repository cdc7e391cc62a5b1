// A raw body as it was kept, for whoever reads it again. Rule: it was verified when it was kept, so it is not verified
// again; what is missing, or not ours, is an outcome that says what to do.
import * as z from "zod";
import { describeIssues } from "#contract/messages.ts";
import { RAW_KEPT_DAYS, RawMetadata } from "#contract/raw-body.ts";
import { type Outcome, reject, retry } from "./outcome.ts";

/** An object as it is read back; whoever wrote it, its metadata is still to be parsed. */
export type StoredRaw = { body: Uint8Array; metadata: unknown };

/** Null when there is none under this key. Rejects when the bucket can't be read. */
export type GetRaw = (key: string) => Promise<StoredRaw | null>;

export type KeptRaw = { body: Uint8Array; metadata: RawMetadata; headers: Headers };

/** The part of the bucket that is needed. */
export type RawObjects = {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer>; customMetadata?: Record<string, string> } | null>;
};

const Pairs = z.array(z.tuple([z.string(), z.string()]));

export function createGetRaw(bucket: RawObjects): GetRaw {
  return async (key) => {
    const object = await bucket.get(key);
    if (object === null) return null;
    return { body: new Uint8Array(await object.arrayBuffer()), metadata: object.customMetadata };
  };
}

/** The body of this key with the headers that were kept of it, or what becomes of the wish to read it. Never throws. */
export async function readRaw(
  key: string,
  get: GetRaw,
): Promise<{ ok: true; kept: KeptRaw } | { ok: false; outcome: Outcome }> {
  const stored = await get(key).catch((error: unknown) => ({ error }));
  if (stored === null) {
    const reason = `there is no raw body ${key}; they are kept for ${RAW_KEPT_DAYS} days`;
    return { ok: false, outcome: reject("invalid_event", reason) };
  }
  if ("error" in stored) {
    return { ok: false, outcome: retry(`the bucket of raw bodies can't be read: ${String(stored.error)}`) };
  }
  const metadata = RawMetadata.safeParse(stored.metadata);
  if (!metadata.success) {
    const reason = `the metadata of ${key} is not ours: ${describeIssues(metadata.error)}`;
    return { ok: false, outcome: reject("malformed", reason) };
  }
  const headers = headersOf(metadata.data.headers);
  if (headers === null) {
    return { ok: false, outcome: reject("malformed", `the headers in the metadata of ${key} are not ours`) };
  }
  return { ok: true, kept: { body: stored.body, metadata: metadata.data, headers } };
}

/** Null when the text is not what was written beside the body. */
function headersOf(text: string): Headers | null {
  try {
    return new Headers(Pairs.parse(JSON.parse(text)));
  } catch {
    return null;
  }
}
