// How the model is told to misbehave: answers queued by a test or a demo, taken oldest first, before the model answers
// by itself again. Each is one of the ways in which a real model fails.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";

export const Scripted = z.object({
  id: z.string(),
  behaviour: z.enum([
    /** Says exactly `content`. */
    "content",
    /** JSON that stops in the middle. */
    "malformed",
    /** A valid shape that asks for something nobody offered. */
    "unknown_action",
    /** Writes to somebody who is not in the facts. */
    "foreign_recipient",
    /** Does what an instruction hidden in the facts says. */
    "follow_injection",
    "refusal",
    "content_filter",
    /** The answer comes `delay_ms` later. */
    "slow",
    /** HTTP `status`. */
    "error",
  ]),
  content: z.string().default(""),
  delay_ms: z.int().min(0).max(60_000).default(30_000),
  status: z.int().min(400).max(599).default(500),
  /** How many requests it answers. */
  times: z.int().min(1).default(1),
});
export type Scripted = z.infer<typeof Scripted>;

/** The answer that is next, used up by one; undefined when none is queued. */
export function nextScripted({ store }: Pick<Deps, "store">): Scripted | undefined {
  const queue = collection(store, "model", "answers", Scripted);
  const next = queue.list()[0];
  if (next === undefined) return undefined;
  if (next.times > 1) queue.put(next.id, { ...next, times: next.times - 1 });
  else queue.remove(next.id);
  return next;
}
