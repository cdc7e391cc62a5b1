// Decompresses gzip as it comes. Rule: it takes no more than is read out of it. That is why it is not
// DecompressionStream, which in workerd takes all that it is given, drops what was not yet read when the file breaks
// off, and refuses a file of several parts (decisions/0006).
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** The bytes, in chunks of at most 64 KB; throws what zlib says when the file is broken or the stream breaks. */
export function gunzip(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const unzipped = createGunzip();
  // The error, if there is one, is thrown to whoever reads.
  pipeline(stream, unzipped, () => {});
  return unzipped;
}
