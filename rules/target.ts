// Which system an action goes to when its rule says `auto`. Rule: the CRM is the one that keeps the record, so that a
// Salesforce deal's task is in Salesforce; everything else is the deployment's choice, named in the ruleset.
import { type ActionType, UpdateCrm } from "#contract/action.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Defaults } from "./ruleset.ts";

/** `params` are those of the action, not yet checked. */
export function targetOf(type: ActionType, params: unknown, signal: SignalEnriched, defaults: Defaults): string {
  switch (type) {
    case "draft_followup":
      return defaults.mail;
    case "send_alert":
      return defaults.alerts;
    case "enroll_sequence":
      return defaults.sequences;
    case "create_task":
      return crmOf([param(params, "deal_id"), signal.deal_context?.id, signal.deal_id, signal.subject], defaults);
    case "update_crm":
      return crmOf([param(params, "record")], defaults);
  }
}

/** The system of the first reference that a CRM of ours keeps. */
function crmOf(references: readonly (string | null | undefined)[], { crm }: Defaults): string {
  const systems = references.map((reference) => UpdateCrm.shape.target.safeParse(reference?.split(":")[0]).data);
  return systems.find((system) => system !== undefined) ?? crm;
}

function param(params: unknown, name: string): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  const value = new Map<string, unknown>(Object.entries(params)).get(name);
  return typeof value === "string" ? value : undefined;
}
