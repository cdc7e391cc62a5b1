// A refused decision as the API tells it, with the action as it is now under `snapshot`.
import { codedProblem } from "#web/api/api-problem.ts";
import type { DecisionRefusal } from "../decide-action.ts";
import { REFUSAL_STATUS } from "../refusal-status.ts";

const TITLES = {
  not_found: "No such action",
  wrong_state: "The action is no longer waiting",
  stale_content: "The content has changed since it was read",
  invalid_params: "The edited content is not valid",
  not_available: "Not available",
  not_allowed: "This action belongs to someone else",
  overloaded: "Too busy",
  unreachable: "No answer from the deal",
} as const satisfies Record<DecisionRefusal["code"], string>;

export function refusalProblem(correlationId: string, refusal: DecisionRefusal): Response {
  const errors = "errors" in refusal && refusal.errors.length > 0 ? { errors: refusal.errors } : {};
  const snapshot = refusal.snapshot === null ? {} : { snapshot: refusal.snapshot };
  const { code, message } = refusal;
  return codedProblem(correlationId, {
    status: REFUSAL_STATUS[code],
    code,
    title: TITLES[code],
    detail: message,
    mayPass: code === "overloaded" || code === "unreachable",
    extensions: { ...errors, ...snapshot },
  });
}
