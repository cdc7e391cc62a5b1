// The URL under which a sender called, for signatures that cover it. Rule: the host is PUBLIC_URL's and never the
// request's own, which differs behind proxies and could be chosen by whoever sends the request.

/** `publicUrl` with path and query of `requestUrl`, escapes as they came; null when `publicUrl` is not an http(s) URL. */
export function publicUri(publicUrl: string, requestUrl: string): string | null {
  if (!/^https?:\/\//.test(publicUrl) || !URL.canParse(publicUrl)) return null;
  const { pathname, search } = new URL(requestUrl);
  return publicUrl.replace(/\/+$/, "") + pathname + search;
}
