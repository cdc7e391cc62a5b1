// The URI that HubSpot signs: the public one, with a few percent-escapes decoded. Rule: the host is PUBLIC_URL's and
// never the request's own, which differs behind proxies and could be chosen by whoever sends the request.

/** The only escapes that HubSpot decodes before it signs (HubSpot, "Validating requests", v3). */
const DECODED: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

/** `publicUrl` with path and query of `requestUrl`, escapes as they came; null when `publicUrl` is not an http(s) URL. */
export function publicUri(publicUrl: string, requestUrl: string): string | null {
  if (!/^https?:\/\//.test(publicUrl) || !URL.canParse(publicUrl)) return null;
  const { pathname, search } = new URL(requestUrl);
  return publicUrl.replace(/\/+$/, "") + pathname + search;
}

/** Decodes those twelve escapes in one pass (so `%253A` stays `%3A`), in either case. */
export function decodeSignedUri(uri: string): string {
  return uri.replace(/%[0-9a-f]{2}/gi, (escaped) => DECODED[escaped.toUpperCase()] ?? escaped);
}
