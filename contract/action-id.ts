// The identity of an action: signal, rule (or model) and action type. A plan decided twice has the same ids, and the
// Deal object keeps the first.
import { deriveId } from "#runtime/digest.ts";
import type { ActionType } from "./action.ts";

/** `act_` + 26 base32 characters. `ordinal` tells apart actions of one type that one rule asks for, from 0. */
export function actionId(signalId: string, ruleId: string, type: ActionType, ordinal = 0): Promise<string> {
  return deriveId("act", [signalId, ruleId, type, String(ordinal)]);
}
