// Reads a request's body up to a limit. Rule: where there is no Content-Length, the bytes are counted as they come, and a
// body over the limit is not read to its end; where there is one, the connection delivers just so many (RFC 9112, 6.3).

export type BodyResult = { ok: true; bytes: Uint8Array } | { ok: false; kind: "too_large" | "unreadable" };

/** The whole body, empty when there is none. `unreadable` when the sender broke off. Never throws. */
export async function readBody(request: Request, maxBytes: number): Promise<BodyResult> {
  const declared = request.headers.get("content-length");
  if (Number(declared) > maxBytes) return { ok: false, kind: "too_large" };
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // At once, which takes a tenth less of a small request than a stream and its reader.
    if (declared !== null && /^\d+$/.test(declared))
      return { ok: true, bytes: new Uint8Array(await request.arrayBuffer()) };
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader();
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      length += read.value.byteLength;
      if (length > maxBytes) {
        await reader?.cancel();
        return { ok: false, kind: "too_large" };
      }
      chunks.push(read.value);
    }
  } catch {
    return { ok: false, kind: "unreadable" };
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { ok: true, bytes };
}
