import { expect, test, vi } from "vitest";
import { createLog } from "./log.ts";

function logged(fields: Record<string, string>): string {
  const line = vi.spyOn(console, "warn").mockImplementation(() => {});
  createLog("enrich")("warn", "failed", fields);
  const [text] = line.mock.calls[0] ?? [];
  line.mockRestore();
  return String(text);
}

test("a line is one JSON object with its layer and event", () => {
  const line = JSON.parse(logged({ correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736" }));
  expect(line).toEqual({
    level: "warn",
    layer: "enrich",
    event: "failed",
    correlation_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  });
});

test("an error that quotes what it choked on, or an address, says neither", () => {
  let reason = "";
  try {
    JSON.parse("Kim Lopez <kim.lopez@acme.test>");
  } catch (error) {
    reason = String(error);
  }
  expect(reason).toContain("Kim");
  expect(logged({ reason })).not.toMatch(/kim|lopez|acme/i);
  expect(logged({ reason: "no mailbox of kim.lopez@acme.test" })).toContain("no mailbox of [address]");
});
