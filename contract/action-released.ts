// action.released: the Deal object says that this action may run now. `execute` must still claim it: between release
// and claim the action can be superseded, and the Deal object has the last word.
import * as z from "zod";
import { Action } from "./action.ts";
import { Instant, Reference } from "./envelope.ts";
import { SignalId } from "./signal-received.ts";

/** `holds` is null when it could not be evaluated; then the action goes back to a person. */
export const Validity = z.object({
  holds: z.boolean().nullable(),
  reason: z.string().max(1_000),
  checked_at: Instant,
});
export type Validity = z.infer<typeof Validity>;

export const ActionReleased = z.object({
  /** Name of the Deal object that holds the action. */
  subject: Reference,
  signal_id: SignalId,
  action: Action,
  /** Why it may run: its policy is auto, a person approved it, or its time to live ended. */
  released_by: z.enum(["auto", "approval", "timeout"]),
  released_at: Instant,
  /** `perform` makes the effect, `compensate` takes back the one that was made. */
  operation: z.enum(["perform", "compensate"]).default("perform"),
  /** What the check of `still_valid` said; null when nothing was to be checked. */
  validity: Validity.nullable().default(null),
});
export type ActionReleased = z.infer<typeof ActionReleased>;
