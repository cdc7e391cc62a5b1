// Keeps a trail within its row: D1 takes no row over 2 MB, and one row that does not fit would hold up its whole batch for
// ever. Rule: the largest data goes to R2, step by step, and what is left says where; the digest stays that of the whole
// step, so whoever verifies reads it back.
import { asideKey, type KeptStep } from "#contract/kept-step.ts";

/** Overwrites; `text` is JSON. */
export type PutAside = (key: string, text: string) => Promise<unknown>;

/** Bytes of JSON. A batch reads many trails at once, so they stay far below the limit of a row. */
const MAX_TRAIL_BYTES = 500_000;
const FITTED_BYTES = 250_000;
/** What is smaller is not worth an object. */
const MIN_DATA_BYTES = 1_000;

const encoder = new TextEncoder();

export async function fitted(
  signalId: string,
  trail: readonly KeptStep[],
  putAside: PutAside,
): Promise<readonly KeptStep[]> {
  let bytes = sizeOf(trail);
  if (bytes <= MAX_TRAIL_BYTES) return trail;
  const bySize = trail
    .map((step) => ({ step, bytes: step.data === null ? 0 : sizeOf(step.data) }))
    .sort((a, b) => b.bytes - a.bytes);
  const moved = new Map<string, KeptStep>();
  for (const { step, bytes: size } of bySize) {
    if (bytes <= FITTED_BYTES || size < MIN_DATA_BYTES) break;
    const aside = asideKey(signalId, step.event_id);
    await putAside(aside, JSON.stringify(step.data));
    moved.set(step.event_id, { ...step, data: null, aside });
    bytes -= size;
  }
  return trail.map((step) => moved.get(step.event_id) ?? step);
}

function sizeOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).byteLength;
}
