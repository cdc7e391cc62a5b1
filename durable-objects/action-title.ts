// How the trail names an action to people. Rule: no names, addresses or texts from the payload; the trail outlives the
// erasure of personal data.
import type { Action } from "#contract/action.ts";

/** For example `task in hubspot` or `change of dealstage in hubspot`; fits after "The". */
export function actionTitle(action: Action): string {
  switch (action.type) {
    case "draft_followup":
      return `follow-up mail in ${action.target}`;
    case "update_crm":
      return `change of ${action.params.property} in ${action.target}`;
    case "create_task":
      return `task in ${action.target}`;
    case "send_alert":
      return `alert in ${action.target}`;
    case "enroll_sequence":
      return `sequence enrolment in ${action.target}`;
  }
}
