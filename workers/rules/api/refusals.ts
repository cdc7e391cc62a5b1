// What the API refuses about rules, as problems.
import type { DocumentProblem } from "#rules/parse-document.ts";
import { problem } from "#runtime/problem.ts";
import { codedProblem, notFoundProblem } from "#web/api/api-problem.ts";
import type { Changed } from "../versions.ts";

/** 422. `line` and `column` count from 1; `rule` is an id, or null when the mistake is outside of one. */
export function documentProblem(correlationId: string, problems: readonly DocumentProblem[]): Response {
  return problem({
    status: 422,
    slug: "rules-not-valid",
    title: "The rules have mistakes",
    detail: "Nothing was saved or tried; see problems.",
    correlationId,
    extensions: {
      problems: problems.map(({ line, column, rule, path, message }) => ({ line, column, rule, path, message })),
    },
  });
}

/** 404. */
export function unknownVersion(correlationId: string): Response {
  return notFoundProblem(correlationId, "There is no such version; GET /api/rules lists them.");
}

/** 404, or 409 when what the caller saw in force is so no longer. */
export function changedProblem(correlationId: string, { code, reason }: Changed & { ok: false }): Response {
  if (code === "unknown") return unknownVersion(correlationId);
  return codedProblem(correlationId, {
    status: 409,
    code: "changed_meanwhile",
    title: "Not rolled back",
    detail: reason,
    mayPass: false,
  });
}
