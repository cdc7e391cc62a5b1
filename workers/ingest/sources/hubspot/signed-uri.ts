// The URI that HubSpot signs: the public one, with a few percent-escapes decoded. Rule: what HubSpot does not decode
// stays as it came, because a signature knows no equal spellings.

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

/** Decodes those twelve escapes in one pass (so `%253A` stays `%3A`), in either case. */
export function decodeSignedUri(uri: string): string {
  return uri.replace(/%[0-9a-f]{2}/gi, (escaped) => DECODED[escaped.toUpperCase()] ?? escaped);
}
