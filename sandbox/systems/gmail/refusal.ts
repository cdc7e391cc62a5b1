// How Google's APIs say no: `{"error":{code,message,errors:[…],status}}`.
// Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors

type Reason =
  | "invalidArgument"
  | "failedPrecondition"
  | "authError"
  | "forbidden"
  | "notFound"
  | "insufficientPermissions"
  | "rateLimitExceeded";

const STATUS: Readonly<Record<Reason, [code: number, status: string]>> = {
  invalidArgument: [400, "INVALID_ARGUMENT"],
  failedPrecondition: [400, "FAILED_PRECONDITION"],
  authError: [401, "UNAUTHENTICATED"],
  forbidden: [403, "PERMISSION_DENIED"],
  insufficientPermissions: [403, "PERMISSION_DENIED"],
  notFound: [404, "NOT_FOUND"],
  rateLimitExceeded: [429, "RESOURCE_EXHAUSTED"],
};

export function refuse(reason: Reason, message: string): Response {
  const [code, status] = STATUS[reason];
  const error = { code, message, errors: [{ message, domain: "global", reason }], status };
  return Response.json({ error }, { status: code });
}

export const NOT_FOUND = "Requested entity was not found.";
