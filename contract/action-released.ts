// action.released: the Deal object says that this action may run now. `execute` must still claim it: between release
// and claim the action can be superseded, and the Deal object has the last word.
import * as z from "zod";
import { Action } from "./action.ts";
import { Instant, Reference } from "./envelope.ts";
import { SignalId } from "./signal-received.ts";

export const ActionReleased = z.object({
  /** Name of the Deal object that holds the action. */
  subject: Reference,
  signal_id: SignalId,
  action: Action,
  /** Why it may run: its policy is auto, a person approved it, or its time to live ended. */
  released_by: z.enum(["auto", "approval", "timeout"]),
  released_at: Instant,
});
export type ActionReleased = z.infer<typeof ActionReleased>;
