import { expect, test } from "vitest";
import { readBody } from "./read-body.ts";

/** A request whose body comes in these chunks, with the headers a stranger likes to send. */
function requestOf(chunks: Iterable<Uint8Array>, headers: Record<string, string> = {}) {
  let cancelled = false;
  const iterator = chunks[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel() {
      cancelled = true;
    },
  });
  const init = { method: "POST", body, headers, duplex: "half" } satisfies RequestInit & { duplex: "half" };
  return { request: new Request("https://edge.example.com/", init), wasCancelled: () => cancelled };
}
const kilobyte = new Uint8Array(1_000).fill(7);
function* endless() {
  for (;;) yield kilobyte;
}

test("the chunks of a body come together in order", async () => {
  const { request } = requestOf([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]);
  expect(await readBody(request, 3)).toEqual({ ok: true, bytes: Uint8Array.of(1, 2, 3) });
});
test("a request without a body has an empty one", async () => {
  const request = new Request("https://edge.example.com/", { method: "POST" });
  expect(await readBody(request, 3)).toEqual({ ok: true, bytes: new Uint8Array() });
});
test("a body over the limit that tells no length is not read to its end", async () => {
  for (const headers of [{}, { "content-length": "many" }]) {
    const { request, wasCancelled } = requestOf(endless(), headers);
    expect(await readBody(request, 5_000)).toEqual({ ok: false, kind: "too_large" });
    expect(wasCancelled()).toBe(true);
  }
});
test("a body that says it is over the limit is not read at all", async () => {
  const { request } = requestOf([kilobyte], { "content-length": "5001" });
  expect(await readBody(request, 5_000)).toEqual({ ok: false, kind: "too_large" });
});
test("a body that tells its length is read whole", async () => {
  const { request } = requestOf([kilobyte, kilobyte], { "content-length": "2000" });
  expect(await readBody(request, 2_000)).toEqual({ ok: true, bytes: new Uint8Array(2_000).fill(7) });
});
test("a body whose sender breaks off is unreadable", async () => {
  function* broken(): Generator<Uint8Array> {
    yield kilobyte;
    throw new Error("connection lost");
  }
  for (const headers of [{}, { "content-length": "2000" }]) {
    expect(await readBody(requestOf(broken(), headers).request, 5_000)).toEqual({ ok: false, kind: "unreadable" });
  }
});
