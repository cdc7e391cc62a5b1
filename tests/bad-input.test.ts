// What a stranger, a broken sender and a broken clock get to read at the edge: a status and a problem that says what to
// do. Nothing of it becomes a signal.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dealChange } from "./support/deals.ts";
import { Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
const unconfigured = new Pipeline({ HUBSPOT_CLIENT_SECRET: "" });

type Problem = { type: string; title: string; status: number; detail: string; correlation_id: string };

async function problemOf(response: Response, status: number): Promise<Problem> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem: Problem = await response.json();
  expect(problem.status).toBe(status);
  expect(problem.correlation_id).toMatch(/^[0-9a-f]{32}$/);
  return problem;
}

describe("the edge answers", () => {
  let origin = new URL("http://localhost");
  beforeAll(async () => {
    origin = new URL(await pipeline.start());
  });
  afterAll(async () => {
    const [row] = await pipeline.query("SELECT count(*) AS n FROM signals");
    await pipeline.stop();
    expect(row?.n).toBe(0);
  });
  const unsigned = (headers: Record<string, string> = {}) =>
    pipeline.fetch("/hooks/hubspot", { method: "POST", headers, body: JSON.stringify([dealChange(1)]) });

  test("no signature with 401 and names the header", async () => {
    const problem = await problemOf(await unsigned(), 401);
    expect(problem.detail).toMatch(/x-hubspot-signature/i);
  });

  test("a wrong signature with 401", async () => {
    const headers = { "x-hubspot-signature-v3": "AAAA", "x-hubspot-request-timestamp": String(Date.now()) };
    const problem = await problemOf(await unsigned(headers), 401);
    expect(problem.type).toBe("urn:dealwire:problem:bad-signature");
  });

  test("a signature six minutes old with 401 and speaks of the clock", async () => {
    const problem = await problemOf(await pipeline.hubspot([dealChange(1)], Date.now() - 360_000), 401);
    expect(problem.type).toBe("urn:dealwire:problem:stale");
    expect(problem.detail).toMatch(/5 minutes/);
  });

  test("a signed body that is not JSON with 400", async () => {
    const problem = await problemOf(await pipeline.hubspot("{not json"), 400);
    expect(problem.detail).toMatch(/JSON/);
  });

  test("an array of 101 events with 400 and the limit", async () => {
    const problem = await problemOf(await pipeline.hubspot(Array.from({ length: 101 }, () => dealChange(1))), 400);
    expect(problem.detail).toMatch(/101 .* 100/);
  });

  test("an empty array with 202 and nothing accepted", async () => {
    const response = await pipeline.hubspot([]);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 0, ignored: 0, rejected: 0, signals: [] });
  });

  test("six megabytes with 413", async () => {
    const problem = await problemOf(await pipeline.hubspot(`["${"x".repeat(6_000_000)}"]`), 413);
    expect(problem.detail).toMatch(/5000000/);
  });

  test("a length that lies with what it says of as many bytes", async () => {
    const socket = connect(Number(origin.port), origin.hostname);
    const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.write(
      `POST /hooks/hubspot HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n${"x".repeat(6_000_000)}`,
    );
    expect(await answered).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
    expect((await pipeline.hubspot([])).status).toBe(202);
  });

  test("an unknown source with 404 and the known ones", async () => {
    const problem = await problemOf(await pipeline.post("/hooks/pipedrive", {}), 404);
    expect(problem.detail).toMatch(/hubspot, standard/);
  });

  test("GET on a hook with 405", async () => {
    const response = await pipeline.fetch("/hooks/hubspot");
    expect(response.headers.get("allow")).toBe("POST");
    await problemOf(response, 405);
  });

  test("an event type that it has no use for with 202 and counts it as ignored", async () => {
    const response = await pipeline.hubspot([{ ...dealChange(1), subscriptionType: "deal.teleported" }]);
    expect(await response.json()).toMatchObject({ accepted: 0, ignored: 1, rejected: 0 });
  });
});

describe("a source whose secret is not set", () => {
  beforeAll(() => unconfigured.start());
  afterAll(() => unconfigured.stop());

  test("answers 503 with the variable and the page, and others go on", async () => {
    const problem = await problemOf(await unconfigured.hubspot([dealChange(1)]), 503);
    expect(problem.detail).toMatch(/HUBSPOT_CLIENT_SECRET.*docs\/configuration\.md/);
    const response = await unconfigured.standard({ type: "ping", data: {} });
    expect(response.status).toBe(202);
  });
});
