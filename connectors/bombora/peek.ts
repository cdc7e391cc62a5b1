// The beginning of a stream, read ahead. Rule: the stream that is handed on still has all of it, and nothing past what
// was asked for is read before somebody reads on.

/** A gzip byte can become a thousand; small pieces keep small what the decompressor gives at once. */
const PIECE_BYTES = 16_384;

export type Peeked = { head: Uint8Array; stream: ReadableStream<Uint8Array> };

/** At least `bytes` of the stream, or all that there is before it ends or breaks. */
export async function peek(body: ReadableStream<Uint8Array>, bytes: number): Promise<Peeked> {
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  const read = async () => {
    const { done, value } = await reader.read();
    if (done) return false;
    for (let at = 0; at < value.byteLength; at += PIECE_BYTES) pieces.push(value.subarray(at, at + PIECE_BYTES));
    return true;
  };
  const length = () => pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  // A stream that broke breaks again for whoever reads on.
  while (length() < bytes && (await read().catch(() => false)));

  const head = new Uint8Array(length());
  let offset = 0;
  for (const piece of pieces) {
    head.set(piece, offset);
    offset += piece.byteLength;
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (pieces.length === 0) {
          if (!(await read())) return controller.close();
        }
        const piece = pieces.shift();
        if (piece !== undefined) controller.enqueue(piece);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { head, stream };
}
