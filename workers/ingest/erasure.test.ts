// A wish to be forgotten at the edge: who may say so, and what is published for it.
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { ErasureRequested } from "#contract/erasure-requested.ts";
import type { SignalDraft } from "#runtime/signal.ts";
import { intakeOf } from "./intake.ts";
import { hubspot } from "./sources/hubspot.ts";
import { segment } from "./sources/segment.ts";
import type { Source } from "./sources/source.ts";
import { standard } from "./sources/standard.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const draft = (event: string, subject: string, facts: Record<string, string> = {}): SignalDraft => ({
  signal_type: "custom",
  subject,
  account_id: "hubspot:7",
  deal_id: null,
  contact_id: subject.startsWith("hubspot:") ? subject : null,
  payload: { event, facts },
  fired_at: "2026-11-21T07:59:00.000Z",
  identity: [subject],
});
async function erasures(source: Pick<Source, "name" | "lane" | "erasesOn">, ...drafts: readonly SignalDraft[]) {
  const readings = drafts.map((each) => ({ kind: "signal" as const, draft: each, pointer: "", raw: {} }));
  const arrival = {
    source,
    receivedAtMs: NOW,
    correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
    rawRef: null,
    replay: null,
  };
  const intake = await intakeOf(readings, arrival, { now: () => NOW, newEventId: uuidv7 });
  const [signal] = intake.identities;
  return { signal, erasures: intake.erasures.map(({ payload }) => ErasureRequested.parse(payload)) };
}

test("HubSpot's privacy deletion asks for the contact to be forgotten, under the signal's own id", async () => {
  const { signal, erasures: asked } = await erasures(hubspot, draft("contact.privacy_deleted", "hubspot:42"));
  expect(asked).toEqual([
    {
      erasure_id: signal?.signal_id.replace("sig_", "era_"),
      references: ["hubspot:42"],
      emails: [],
      requested_by: "hubspot",
      requested_at: "2026-11-21T08:00:00.000Z",
    },
  ]);
});

test("Segment's delete names the person and their address, and nothing that is no person", async () => {
  const gone = draft("person.deletion_requested", "segment:user-9", { email: "Ana@Northwind.example" });
  expect((await erasures(segment, gone)).erasures).toMatchObject([
    { references: ["segment:user-9"], emails: ["ana@northwind.example"] },
  ]);
});

test("nobody else is heard with the same words, and no other event asks for it", async () => {
  expect((await erasures(standard, draft("person.deletion_requested", "standard:9"))).erasures).toEqual([]);
  expect((await erasures(hubspot, draft("contact.created", "hubspot:42"))).erasures).toEqual([]);
});
