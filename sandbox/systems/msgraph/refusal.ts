// How Microsoft Graph says no: `{"error":{code,message,innerError}}`; the codes are Exchange's own.
// Source: https://learn.microsoft.com/en-us/graph/errors

const STATUS = {
  ErrorInvalidRecipients: 400,
  ErrorInvalidRequest: 400,
  ErrorInvalidUrlQueryFilter: 400,
  InvalidInternetMessageHeader: 400,
  InvalidInternetMessageHeaderCollection: 400,
  ErrorInvalidExtendedProperty: 400,
  RequestBodyRead: 400,
  InvalidAuthenticationToken: 401,
  ErrorItemNotFound: 404,
  ErrorInvalidUser: 404,
  ResourceNotFound: 404,
  UnsupportedMediaType: 415,
  ApplicationThrottled: 429,
} as const;
type Code = keyof typeof STATUS;

/** `retryAfterSeconds` goes into the header that clients have to obey. */
export function refuse(code: Code, message: string, retryAfterSeconds?: number): Response {
  const headers: HeadersInit = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return Response.json({ error: { code, message, innerError: {} } }, { status: STATUS[code], headers });
}

export const notFound = () => refuse("ErrorItemNotFound", "The specified object was not found in the store.");
