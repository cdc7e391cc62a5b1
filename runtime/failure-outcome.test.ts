// Every class of failed call has one fate.
import { expect, test } from "vitest";
import { outcomeOf } from "./failure-outcome.ts";

const reason = "GET /crm/objects/2026-09/deals/1: 503 down";

test("no answer is tried again with the loop's own backoff", () => {
  expect(outcomeOf({ kind: "no_answer", reason }, "HubSpot")).toMatchObject({ kind: "retry", afterSeconds: null });
});

test("an unavailable system is tried again when it asks to be", () => {
  const failure = { kind: "unavailable", status: 429, retryAfterSeconds: 7, reason, effectUnknown: false } as const;
  expect(outcomeOf(failure, "HubSpot")).toEqual({
    kind: "retry",
    afterSeconds: 7,
    reason: `HubSpot is unavailable: ${reason}`,
    emits: [],
  });
});

test("a call that was not made waits its turn without using up an attempt", () => {
  const failure = { kind: "unavailable", status: 503, reason, effectUnknown: false, deferred: true } as const;
  expect(outcomeOf({ ...failure, retryAfterSeconds: 280 }, "HubSpot")).toMatchObject({
    kind: "defer",
    afterSeconds: 280,
  });
  expect(outcomeOf({ ...failure, retryAfterSeconds: null }, "HubSpot")).toMatchObject({ kind: "defer" });
});

test("an answer of the wrong shape is tried again", () => {
  expect(outcomeOf({ kind: "malformed", reason }, "HubSpot")).toMatchObject({ kind: "retry" });
});

test("refused credentials are not tried again and the secret is named", () => {
  const outcome = outcomeOf(
    { kind: "credentials", status: 401, reason: "GET /x: 401 expired" },
    "Slack",
    "SLACK_BOT_TOKEN",
  );
  expect(outcome).toMatchObject({ kind: "reject", code: "credentials" });
  expect(outcome).toHaveProperty(
    "reason",
    expect.stringMatching(/SLACK_BOT_TOKEN.*docs\/configuration\.md.*401 expired/),
  );
});

test.each([{ kind: "not_found", reason } as const, { kind: "rejected", status: 400, reason } as const])(
  "what retrying can't mend ($kind) is a dead letter with the upstream's words",
  (failure) => {
    const outcome = outcomeOf(failure, "HubSpot");
    expect(outcome).toMatchObject({ kind: "reject", code: "rejected_by_upstream" });
    expect(outcome).toHaveProperty("reason", expect.stringContaining(reason));
  },
);
