import { expect, test } from "vitest";
import { problem } from "./problem.ts";
import { setting } from "./setting.ts";

test("a problem is RFC 9457 JSON with the correlation id", async () => {
  const response = problem({
    status: 503,
    slug: "queue-refused",
    title: "Try again",
    detail: "The queue refused it.",
    correlationId: "abc",
    retryAfterSeconds: 10,
    extensions: { errors: [] },
  });
  expect(response.status).toBe(503);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("retry-after")).toBe("10");
  expect(await response.json()).toEqual({
    type: "urn:dealwire:problem:queue-refused",
    title: "Try again",
    status: 503,
    detail: "The queue refused it.",
    correlation_id: "abc",
    errors: [],
  });
});

test("a setting that is missing or blank names itself and its page", () => {
  expect(setting("SLACK_BOT_TOKEN", " x ")).toEqual({ ok: true, value: "x" });
  for (const value of [undefined, "", "  "]) {
    expect(setting("SLACK_BOT_TOKEN", value)).toEqual({
      ok: false,
      reason: "SLACK_BOT_TOKEN is not set; see docs/configuration.md#slack_bot_token",
    });
  }
});
