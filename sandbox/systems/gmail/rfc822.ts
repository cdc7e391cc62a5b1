// Reads a mail (RFC 5322 with MIME) far enough to check it as Gmail does and to show it to a person: headers, the
// recipients and the first text part.
// Rule: nothing throws; what cannot be read is null, and hostile input costs time linear in its length.

export type Mail = {
  /** Unfolded, in order, names as written. */
  headers: { name: string; value: string }[];
  /** The first text/plain part (else the first text part, else the body), decoded. */
  text: string;
};

const MAX_PARTS = 50;

/** The mail, or null when the bytes are not a mail: no header at all, or a header line that is not `Name: value`. */
export function parseMail(source: string): Mail | null {
  const [head, body] = splitHead(source);
  const headers: Mail["headers"] = [];
  for (const line of unfold(head)) {
    const match = /^([!-9;-~]+)[ \t]*:[ \t]?(.*)$/.exec(line);
    if (match === null) return null;
    headers.push({ name: match[1] ?? "", value: (match[2] ?? "").trim() });
  }
  if (headers.length === 0) return null;
  return { headers, text: textOf(headers, body, 0) };
}

/** The first header of that name, with encoded words (RFC 2047) decoded; undefined when there is none. */
export function header(mail: Pick<Mail, "headers">, name: string): string | undefined {
  const found = mail.headers.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return found && decodeWords(found.value);
}

/** The mail with one header set to a value, in place of any it had. */
export function withHeader(source: string, name: string, value: string): string {
  const [head, body] = splitHead(source);
  const kept = unfold(head).filter((line) => !line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return `${[...kept, `${name}: ${value}`].join("\r\n")}\r\n\r\n${body}`;
}

/** The addresses of an address header, or null when one of them is not an address. */
export function addresses(value: string): string[] | null {
  const found: string[] = [];
  for (const entry of splitAddresses(value)) {
    const angled = /<([^<>]*)>\s*$/.exec(entry);
    const address = (angled?.[1] ?? entry).trim();
    if (!/^[^\s@<>(),;:"]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(address)) return null;
    found.push(address.toLowerCase());
  }
  return found;
}

function splitHead(source: string): [string, string] {
  const match = /\r?\n\r?\n/.exec(source);
  return match === null ? [source, ""] : [source.slice(0, match.index), source.slice(match.index + match[0].length)];
}

function unfold(head: string): string[] {
  const lines: string[] = [];
  for (const line of head.split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && lines.length > 0) lines.push(`${lines.pop() ?? ""} ${line.trim()}`);
    else if (line !== "") lines.push(line);
  }
  return lines;
}

/** Splits at commas outside quotes. */
function splitAddresses(value: string): string[] {
  const entries: string[] = [];
  let current = "";
  let quoted = false;
  for (const character of value) {
    if (character === '"') quoted = !quoted;
    if (character === "," && !quoted) {
      entries.push(current);
      current = "";
    } else current += character;
  }
  return [...entries, current].map((entry) => entry.trim()).filter((entry) => entry !== "");
}

function textOf(headers: Mail["headers"], body: string, depth: number): string {
  const type = header({ headers }, "content-type") ?? "text/plain";
  const boundary = /^multipart\//i.test(type) ? /boundary="?([^";]+)"?/i.exec(type)?.[1] : undefined;
  if (boundary === undefined || depth > 3) return decodeBody(header({ headers }, "content-transfer-encoding"), body);
  const parts = body
    .split(`--${boundary}`)
    .slice(1, MAX_PARTS)
    .filter((part) => !part.startsWith("--"))
    .flatMap((part) => {
      const parsed = splitHead(part.replace(/^\r?\n/, ""));
      const partHeaders = unfold(parsed[0]).map((line) => {
        const colon = line.indexOf(":");
        return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
      });
      return [{ headers: partHeaders, body: parsed[1].replace(/\r?\n$/, "") }];
    });
  const typeOf = (part: Pick<Mail, "headers">) => header(part, "content-type")?.toLowerCase() ?? "text/plain";
  const chosen =
    parts.find((part) => typeOf(part).startsWith("text/plain")) ??
    parts.find((part) => /^(text|multipart)\//.test(typeOf(part)));
  return chosen === undefined ? "" : textOf(chosen.headers, chosen.body, depth + 1);
}

function decodeBody(encoding: string | undefined, body: string): string {
  switch (encoding?.toLowerCase().trim()) {
    case "base64":
      return utf8(fromBase64(body.replace(/\s/g, "")) ?? new Uint8Array());
    case "quoted-printable":
      return utf8(quotedPrintable(body.replace(/[ \t]*=\r?\n/g, "")));
    default:
      return body;
  }
}

/** Encoded words (RFC 2047) as people read them. */
export function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)\s+(?==\?)/gi, "$1")
    .replace(/=\?[^?\s]+\?([bq])\?([^?\s]*)\?=/gi, (_, kind: string, text: string) =>
      utf8(
        kind.toLowerCase() === "b"
          ? (fromBase64(text) ?? new Uint8Array())
          : quotedPrintable(text.replaceAll("_", " ")),
      ),
    );
}

function quotedPrintable(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const decoded: number[] = [];
  for (let n = 0; n < bytes.length; n += 1) {
    const hex = bytes[n] === 0x3d ? String.fromCharCode(bytes[n + 1] ?? 0, bytes[n + 2] ?? 0) : "";
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      decoded.push(Number.parseInt(hex, 16));
      n += 2;
    } else decoded.push(bytes[n] ?? 0);
  }
  return Uint8Array.from(decoded);
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes of base64 or base64url, padded or not; null when it is neither. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    return null;
  }
}
