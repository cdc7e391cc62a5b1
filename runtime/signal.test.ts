import { expect, test } from "vitest";
import { signalOf } from "./signal.ts";

const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const firedAt = async (fired_at: string) => {
  const draft = {
    signal_type: "custom" as const,
    subject: "standard:1",
    account_id: null,
    deal_id: null,
    contact_id: null,
    payload: { event: "custom.ping" },
    fired_at,
    identity: ["1"],
  };
  const result = await signalOf(draft, "standard", RECEIVED_AT);
  return result.ok ? result.signal.fired_at : result.reason;
};

test("an event of the past keeps its time", async () => {
  expect(await firedAt("2026-11-20T08:00:00.000Z")).toBe("2026-11-20T08:00:00.000Z");
});

test("an event of the future happened when it was received, so that what follows it does not look stale", async () => {
  for (const future of ["2026-11-21T08:00:00.001Z", "2027-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
    expect(await firedAt(future)).toBe(RECEIVED_AT);
  }
});
