import { expect, test } from "vitest";
import { type Call, callJson, parseRetryAfter, traceparent } from "./http.ts";

const call: Call = {
  method: "POST",
  url: "https://api.example/x?secret=1",
  body: { a: 1 },
  correlationId: "0af7651916cd43dd8448eb211c80319c",
};

function answering(respond: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  const port: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    return respond(request);
  };
  return { requests, ports: { fetch: port, now: () => Date.parse("2026-11-21T08:00:00.000Z") } };
}

test("a call carries JSON and the trace context", async () => {
  const { requests, ports } = answering(() => Response.json({ ok: 1 }));
  expect(await callJson(call, ports)).toMatchObject({ ok: true, value: { ok: 1 }, status: 200 });
  expect(requests[0]?.headers.get("content-type")).toBe("application/json");
  expect(requests[0]?.headers.get("traceparent")).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  expect(await requests[0]?.json()).toEqual({ a: 1 });
});

test("an empty answer is null", async () => {
  const { ports } = answering(() => new Response(null, { status: 204 }));
  expect(await callJson(call, ports)).toMatchObject({ ok: true, value: null, status: 204 });
});

test.each([
  [401, "credentials"],
  [403, "credentials"],
  [404, "not_found"],
  [400, "rejected"],
  [409, "rejected"],
  [423, "unavailable"],
  [429, "unavailable"],
  [500, "unavailable"],
  [503, "unavailable"],
])("a %i is %s, with the upstream's words", async (status, kind) => {
  const { ports } = answering(() => new Response("no such thing", { status }));
  const result = await callJson(call, ports);
  expect(result).toMatchObject({ ok: false, failure: { kind } });
  expect(JSON.stringify(result)).toContain("no such thing");
});

test("a 500 may have had its effect, a 429 has not", async () => {
  const failing = (status: number) => callJson(call, answering(() => new Response("", { status })).ports);
  expect(await failing(500)).toMatchObject({ failure: { effectUnknown: true } });
  expect(await failing(429)).toMatchObject({ failure: { effectUnknown: false } });
});

test("a 503 that our own guard gave had no effect, for the call was not made", async () => {
  const headers = { "dealwire-deferred": "breaker", "retry-after": "12" };
  const { ports } = answering(() => new Response("", { status: 503, headers }));
  expect(await callJson(call, ports)).toMatchObject({
    failure: { kind: "unavailable", deferred: true, effectUnknown: false, retryAfterSeconds: 12 },
  });
});

test("a broken connection and a timeout are no answer, and say nothing of the query string", async () => {
  const { ports } = answering(() => Promise.reject(new Error("connection reset")));
  const broken = await callJson(call, ports);
  expect(broken).toMatchObject({
    ok: false,
    failure: { kind: "no_answer", reason: "POST /x: Error: connection reset" },
  });
  const hanging = answering(
    (request) => new Promise((_, fail) => request.signal.addEventListener("abort", () => fail(request.signal.reason))),
  );
  expect(await callJson({ ...call, timeoutMs: 5 }, hanging.ports)).toMatchObject({ failure: { kind: "no_answer" } });
});

test("a 200 that is not JSON is malformed", async () => {
  const { ports } = answering(() => new Response("<html>maintenance</html>"));
  expect(await callJson(call, ports)).toMatchObject({ ok: false, failure: { kind: "malformed" } });
});

test("Retry-After is read in both of its forms", () => {
  const now = Date.parse("2026-11-21T08:00:00Z");
  expect(parseRetryAfter("7", now)).toBe(7);
  expect(parseRetryAfter("0.4", now)).toBe(1);
  expect(parseRetryAfter("Sat, 21 Nov 2026 08:00:30 GMT", now)).toBe(30);
  expect(parseRetryAfter("Sat, 21 Nov 2026 07:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeNull();
  expect(parseRetryAfter(null, now)).toBeNull();
});

test("each call is its own span", () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  expect(traceparent(trace)).not.toBe(traceparent(trace));
});
