// A step of the trail as it is kept, and the two digests that make a hand-made change show: one over each step, one over
// each link of the chain. Rule: a link speaks of digests only, so what a step says can be erased and the chain still holds.
import * as z from "zod";
import { canonicalJson } from "#runtime/canonical-json.ts";
import { sha256Hex } from "#runtime/digest.ts";
import { Actor } from "./action-state.ts";

/** What `digest` is computed over, with the signal's id. Layers and steps are plain text: old ones stay readable. */
const Told = z.object({
  event_id: z.string(),
  at: z.string(),
  layer: z.string(),
  step: z.string(),
  attempt: z.number(),
  duration_ms: z.number().nullable(),
  /** Of the `audit.step` that told it. */
  schema_version: z.number(),
  /** Of the code that told it; steps of before have none. */
  code_version: z.string().optional(),
  fate: z.string().nullable(),
  summary: z.string(),
  actor: Actor.nullable(),
  data: z.unknown(),
});
export type ToldStep = z.infer<typeof Told>;

export const KeptStep = Told.extend({
  digest: z.string(),
  /** The link of the chain that took it in. */
  link: z.number(),
  /** The key in R2 under which its data is, which was too large for the row; the digest is that of the whole step. */
  aside: z.string().optional(),
  /** Its words and data are gone; the digest is still that of what they were. */
  erased: z.literal(true).optional(),
});
export type KeptStep = z.infer<typeof KeptStep>;

/** SHA-256, 64 hex digits, over the canonical JSON of the step and whose it is. */
export function stepDigest(signalId: string, step: ToldStep): Promise<string> {
  return sha256Hex(canonicalJson({ signal_id: signalId, ...Told.parse(step) }));
}

/** What comes before the first link. */
export const CHAIN_START = "0".repeat(64);

export type LinkedStep = { signal_id: string; event_id: string; digest: string };

/** SHA-256, 64 hex digits, over the link before, this one's number and its steps, in whatever order they are given. */
export function linkDigest(previous: string, seq: number, steps: readonly LinkedStep[]): Promise<string> {
  const lines = steps.map(({ signal_id, event_id, digest }) => `${signal_id} ${event_id} ${digest}`).sort();
  return sha256Hex(canonicalJson([previous, seq, lines]));
}

/** The head of the chain on one day, kept in R2 where who can write to D1 can't. */
export const Anchor = z.object({ day: z.string(), seq: z.number(), digest: z.string(), anchored_at: z.string() });
export type Anchor = z.infer<typeof Anchor>;

/** Where the data of a step is that does not fit into its row. */
export function asideKey(signalId: string, eventId: string): string {
  return `steps/${signalId}/${eventId}.json`;
}

/** The bucket `dealwire-trail`: anchors, and what was rolled off, one JSON signal a line, gzip. */
export const ANCHOR_PREFIX = "anchors/";
export const ROLLED_PREFIX = "trail/";
