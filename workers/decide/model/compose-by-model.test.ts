// Given a rule's mail, when a model words it, then what the reader would get.
import { expect, test } from "vitest";
import { enriched, enrichedEvent } from "#rules/enriched.fixture.ts";
import type { Firing } from "#rules/evaluate.ts";
import type { DraftContent } from "../model-port.ts";
import { composeByModel } from "./compose-by-model.ts";
import { fakeModel, NOW, says } from "./fake-model.fixture.ts";

const DRAFT: DraftContent = {
  type: "draft_followup",
  target: "gmail",
  params: {
    from: "sam@dealwire.test",
    to: [{ email: "dana@acme.test", name: "Dana Reyes" }],
    subject: "Next steps on Acme renewal",
    body: "Hi Dana,\n\nThe date I have noted is 4 December 2026.\n\nBest regards\nSam Rep",
    thread_id: null,
    deliver: "send",
  },
};
const FIRING: Firing = {
  rule: { id: "idle", atomic: false, approval: undefined, hours: undefined, still_valid: null, cool_down_seconds: 0 },
  reason: "Nothing has happened for 12 days.",
  supersedes: null,
  facts: [{ label: "Days to close", value: "14" }],
  actions: [],
};
const WORDS = {
  subject: "Acme renewal: is 4 December still right?",
  body: "Hi Dana,\n\nis that date still right?\n\nBest regards\nSam Rep",
};

async function compose(script: Parameters<typeof fakeModel>[0]) {
  const model = fakeModel(script);
  return { ...model, written: await composeByModel(enrichedEvent(enriched()), DRAFT, FIRING, model.ports) };
}

test("the model words subject and body; who it goes to and from stays the rule's", async () => {
  const { written, requests } = await compose({ answers: [says(WORDS)] });
  expect(written.draft.params).toEqual({ ...DRAFT.params, ...WORDS });
  expect(written.told).toMatchObject({ purpose: "compose", outcome: "answered" });
  expect(requests[0]?.messages[0]?.content).not.toContain("@");
});

test.each([
  ["a link", { ...WORDS, body: `${WORDS.body}\nhttps://elsewhere.example` }],
  ["a name", { ...WORDS, body: WORDS.body.replace("Sam Rep", "Bob Stone") }],
  ["a placeholder", { ...WORDS, body: "Hi [name], is that date still right?" }],
  ["a number", { ...WORDS, subject: "10 per cent off" }],
  ["no body", { ...WORDS, body: "" }],
  ["another recipient", { ...WORDS, to: ["mallory@elsewhere.example"] }],
])("%s that is not the template's leaves the template", async (_what, words) => {
  const { written } = await compose({ answers: [says(words), says(words)] });
  expect(written.draft).toBe(DRAFT);
  expect(written.told).toMatchObject({ outcome: "unusable" });
});

test("a failure, an empty budget or a late signal leaves the template", async () => {
  expect((await compose({})).written.draft).toBe(DRAFT);
  expect((await compose({ grants: [{ ok: false, why: "signal" }] })).written.draft).toBe(DRAFT);
  const late = await compose({ now: NOW + 12 * 60_000 });
  expect([late.written.draft, late.requests]).toEqual([DRAFT, []]);
});
