// action.changed: an action that a person may have a say in is not what it was. The desk keeps Slack cards and open pages
// true by it. Rule: it carries the whole snapshot, so that a later one makes an earlier one superfluous.
import * as z from "zod";
import { ActionSnapshot } from "./action-state.ts";

export const ActionChanged = z.object({ snapshot: ActionSnapshot });
export type ActionChanged = z.infer<typeof ActionChanged>;
