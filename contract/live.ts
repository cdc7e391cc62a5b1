// The Live object: open pages listen to it, `desk` tells it what changed. Rule: a message names what changed and never
// shows it; whoever may see it reads it by the usual way.
import * as z from "zod";
import { ActionId } from "./action.ts";
import { ActionState } from "./action-state.ts";

/** The name of the one Live object. */
export const LIVE_NAME = "live";

/** An action is not what it was. `owner_email` is null when nobody owns it; versions of one object only grow. */
export const LiveChange = z.object({
  action_id: ActionId,
  version: z.int().positive(),
  state: ActionState,
  owner_email: z.string().nullable(),
});
export type LiveChange = z.infer<typeof LiveChange>;

export interface LiveRpc {
  /** Tells every open page, as one JSON array; nothing is kept for those that are not listening. */
  broadcast(changes: readonly LiveChange[]): Promise<void>;
}
