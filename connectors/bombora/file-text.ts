// The text of a file as it comes in, gzip or not, piece by piece. Rules: what a file is, its first bytes say, for headers
// and names lie; a file that breaks off gives all that was there before it says so.
import { gunzip } from "./gunzip.ts";

export type TextPiece = { ok: true; text: string } | { ok: false; reason: string };

/** RFC 1952 §2.3.1. */
function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** A spreadsheet's "Unicode text": either byte order mark of UTF-16. */
export function isUtf16(head: Uint8Array): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/**
 * UTF-8 without its byte order mark; a byte that is none becomes U+FFFD, for one name in Latin-1 is no reason to lose
 * the file. Never throws; after `ok: false` nothing follows.
 */
export async function* fileText(stream: ReadableStream<Uint8Array>, head: Uint8Array): AsyncGenerator<TextPiece> {
  const decoder = new TextDecoder();
  const bytes = (isGzip(head) ? gunzip(stream) : stream)[Symbol.asyncIterator]();
  const next = async (): Promise<TextPiece | null> => {
    try {
      const { done, value } = await bytes.next();
      return done ? null : { ok: true, text: decoder.decode(value, { stream: true }) };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  };
  try {
    for (let piece = await next(); piece !== null; piece = await next()) {
      yield piece;
      if (!piece.ok) return;
    }
    yield { ok: true, text: decoder.decode() };
  } finally {
    await bytes.return?.();
  }
}
