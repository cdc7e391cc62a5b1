// How HubSpot says no: one error body for everything, `{status, message, correlationId, category?, context?}`.
// Source: https://developers.hubspot.com/docs/api-reference/error-handling and captured answers.

export type Refusal = {
  status: number;
  message: string;
  category?: string;
  context?: Record<string, string[]>;
  /** Only on 429: which limit was hit. */
  policyName?: "SECONDLY" | "TEN_SECONDLY_ROLLING" | "DAILY";
};

export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export function accepted<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}

/** A body that is not JSON or not of the right shape. */
export function invalidInput(detail: string): Refusal {
  return { status: 400, message: `Invalid input JSON on line 1, column 1: ${detail}`, category: "VALIDATION_ERROR" };
}

export function missingFields(names: readonly string[]): Refusal {
  return invalidInput(`Some required fields were not set: [${names.join(", ")}]`);
}

export function notFound(id: string): Refusal {
  return {
    status: 404,
    message: "Object not found.  objectId are usually numeric.",
    category: "OBJECT_NOT_FOUND",
    context: { id: [id] },
  };
}

export const UNAUTHORIZED: Refusal = {
  status: 401,
  message:
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
  category: "INVALID_AUTHENTICATION",
};

/** The whole answer. `correlationId` is new for each one, as at HubSpot. */
export function refusalResponse(refusal: Refusal, correlationId: string): Response {
  const { status, policyName, ...rest } = refusal;
  const rateLimit = policyName ? { errorType: "RATE_LIMIT", policyName, requestId: correlationId } : {};
  return Response.json({ status: "error", ...rest, correlationId, ...rateLimit }, { status });
}
