// The head of the chain, put once a day where who can write to D1 can't. Rule: an anchor is never written over, so a
// chain that was made anew, as a whole and consistently, still does not fit.
import { ANCHOR_PREFIX, type Anchor } from "#contract/kept-step.ts";
import type { Head } from "./merge.ts";

export type AnchorBucket = {
  head(key: string): Promise<unknown>;
  put(key: string, value: string): Promise<unknown>;
};

/** True when this call anchored the day. `now` in milliseconds. */
export async function anchorHead(readHead: () => Promise<Head>, bucket: AnchorBucket, now: number): Promise<boolean> {
  const at = new Date(now).toISOString();
  const key = `${ANCHOR_PREFIX}${at.slice(0, 10)}.json`;
  if ((await bucket.head(key)) !== null) return false;
  const { seq, digest } = await readHead();
  if (seq === 0) return false;
  const anchor: Anchor = { day: at.slice(0, 10), seq, digest, anchored_at: at };
  await bucket.put(key, JSON.stringify(anchor));
  return true;
}
