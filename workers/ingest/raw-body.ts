// What is kept of a verified request: whether, under which key, and with which headers. Pure. Rules: the same delivery
// has the same key, so a redelivery overwrites; of the headers only what adapters read is kept, and of a signature only
// that there was one.
import { type RawMetadata, rawPrefix } from "#contract/raw-body.ts";
import { digestName } from "#runtime/digest.ts";
import { concatBytes } from "./signing/bytes.ts";
import type { Source } from "./sources/source.ts";

export type RawBody = { key: string; body: Uint8Array; metadata: RawMetadata };

/** A verified request of a source. */
export type Delivery = {
  source: Source;
  headers: Headers;
  body: Uint8Array;
  receivedAtMs: number;
  correlationId: string;
};

/** Over this a body is worth a reference of its own (design: claim check). */
const LARGE_BYTES = 4_096;

const KEPT = /^(content-type|ce-[a-z0-9]+|(webhook|svix)-id)$/;
/** Their presence tells which family of headers signed; their values change with each attempt, or are secret. */
const NOTED = /^(webhook|svix)-(timestamp|signature)$/;

/** Why the body is kept, or null when it is not. `understood` is false when any of it was not. */
export function reasonToKeep(
  { keepRaw }: Pick<Source, "keepRaw">,
  bytes: number,
  understood: boolean,
): RawMetadata["reason"] | null {
  if (keepRaw === false) return null;
  if (!understood) return "not_understood";
  if (bytes > LARGE_BYTES) return "large";
  return keepRaw === true ? "kept" : null;
}

/** The headers with which an adapter reads the body again as it read it at first. */
export function keptHeaders(headers: Headers): [string, string][] {
  return [...headers].flatMap(([name, value]): [string, string][] => {
    if (KEPT.test(name)) return [[name, value]];
    return NOTED.test(name) ? [[name, "verified"]] : [];
  });
}

/** Two deliveries may have equal bodies and differ in what their headers identify, so the digest covers both. */
export async function rawBodyOf(delivery: Delivery, reason: RawMetadata["reason"]): Promise<RawBody> {
  const { source, body, receivedAtMs, correlationId } = delivery;
  const receivedAt = new Date(receivedAtMs).toISOString();
  const headers = JSON.stringify(keptHeaders(delivery.headers));
  const digest = await digestName(concatBytes(headers, "\n", body));
  const metadata = {
    source: source.name,
    received_at: receivedAt,
    correlation_id: correlationId,
    reason,
    headers,
  };
  return { key: rawPrefix(source.name, receivedAt.slice(0, 10)) + digest, body, metadata };
}
