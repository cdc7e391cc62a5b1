// How Salesforce says no: a JSON array of `{message, errorCode, fields?}`, whatever the status.
// Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm

export type Refusal = { status: number; errorCode: string; message: string; fields?: readonly string[] };
export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export function accepted<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}

/** 400 with the code and, where they are known, the fields. */
export function badRequest(errorCode: string, message: string, fields?: readonly string[]): Refusal {
  return { status: 400, errorCode, message, ...(fields === undefined ? {} : { fields }) };
}

export const NOT_FOUND: Refusal = {
  status: 404,
  errorCode: "NOT_FOUND",
  message: "The requested resource does not exist",
};
export const DELETED: Refusal = { status: 404, errorCode: "ENTITY_IS_DELETED", message: "entity is deleted" };
export const INVALID_SESSION: Refusal = {
  status: 401,
  errorCode: "INVALID_SESSION_ID",
  message: "Session expired or invalid",
};
export const LIMIT_EXCEEDED: Refusal = {
  status: 403,
  errorCode: "REQUEST_LIMIT_EXCEEDED",
  message: "TotalRequests Limit exceeded.",
};

export function refusalResponse({ status, ...error }: Refusal): Response {
  return Response.json([error], { status });
}
