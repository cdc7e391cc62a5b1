// A plain-text mail as an RFC 5322 message. Rule: nothing that comes from outside can end a header: text goes through
// RFC 2047 encoded words unless it is plain ASCII without control characters, and an address that could is a bug.

export type Mail = {
  from: string;
  to: readonly { email: string; name: string | null }[];
  subject: string;
  body: string;
  /** Further headers, with values of our own making. */
  headers: Readonly<Record<string, string>>;
};

/** An encoded word holds at most 75 characters (RFC 2047 §2): 45 bytes are 60 in base64, and 12 frame them. */
const WORD_BYTES = 45;
/** RFC 2045 §6.8: no line of base64 is longer. */
const BASE64_LINE = /.{1,76}/g;
/** What may stand in a header unencoded; `=?` opens an encoded word and has to be encoded itself. */
const PLAIN = /^(?!.*=\?)[\x20-\x7e]{0,60}$/;

const encoder = new TextEncoder();

/** The message with CRLF line ends, body in UTF-8 as base64. Addresses must have been checked (z.email). */
export function mimeMessage(mail: Mail): string {
  const recipients = mail.to.map(({ email, name }) => mailbox(email, name));
  const lines = [
    `From: ${mailbox(mail.from, null)}`,
    `To: ${recipients.join(",\r\n ")}`,
    `Subject: ${headerText(mail.subject)}`,
    ...Object.entries(mail.headers).map(([name, value]) => `${token(name)}: ${token(value)}`),
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    ...(base64(mail.body.replace(/\r\n|\r|\n/g, "\r\n")).match(BASE64_LINE) ?? []),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** base64url without padding, as Gmail's `raw` wants it. */
export function base64Url(text: string): string {
  return base64(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function mailbox(email: string, name: string | null): string {
  const address = `<${token(email)}>`;
  const shown = name?.trim() ?? "";
  if (shown === "") return address;
  return `${/^[A-Za-z0-9 ]{1,60}$/.test(shown) ? shown : encodedWords(shown)} ${address}`;
}

function headerText(text: string): string {
  return PLAIN.test(text) ? text : encodedWords(text);
}

/** Visible ASCII only. */
function token(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new Error("a mail header was given an address or token with other characters");
  return text;
}

/** Folded encoded words; no character is split over two, and control characters become spaces. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = "";
  for (const character of text.replace(/\p{Cc}+/gu, " ")) {
    if (encoder.encode(word + character).byteLength > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  words.push(word);
  return words.map((part) => `=?UTF-8?B?${base64(part)}?=`).join("\r\n ");
}

function base64(text: string): string {
  return btoa(Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
