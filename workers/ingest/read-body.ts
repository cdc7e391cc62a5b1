// Reads a request's body up to a limit. Rule: the limit counts the bytes that come, because Content-Length may be
// missing or lie; a body over it is not read to its end.

export type BodyResult = { ok: true; bytes: Uint8Array } | { ok: false; kind: "too_large" | "unreadable" };

/** The whole body, empty when there is none. `unreadable` when the sender broke off. Never throws. */
export async function readBody(request: Request, maxBytes: number): Promise<BodyResult> {
  if (Number(request.headers.get("content-length")) > maxBytes) return { ok: false, kind: "too_large" };
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
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
