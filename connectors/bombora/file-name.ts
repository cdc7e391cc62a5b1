// What to call an uploaded file: the name that the sender gave, else a digest of its beginning and its length. Rule: a
// name only ever tells people which file it was; nothing is identified by it.
import { sha256Hex, toHex } from "#runtime/digest.ts";

const MAX_NAME = 200;

/** `?file=`, else the file name of Content-Disposition (RFC 6266), else null. */
export function nameOf(headers: Headers, query: URLSearchParams): string | null {
  const disposition = headers.get("content-disposition") ?? "";
  const [, quoted, plain] = /;\s*filename\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(disposition) ?? [];
  const name = (query.get("file") ?? quoted ?? plain ?? "").replace(/\p{Cc}/gu, "").trim();
  return name === "" ? null : name.slice(0, MAX_NAME).toWellFormed();
}

/** `sha256:` and hex, over the first bytes and what Content-Length says. */
export async function digestOf(head: Uint8Array, contentLength: string | null): Promise<string> {
  return `sha256:${await sha256Hex(`${toHex(head)} ${contentLength ?? ""}`)}`;
}
