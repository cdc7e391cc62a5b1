// Gong: a finished call, posted by an automation rule whose filters it matched. Rule: a call is one event, however many
// rules post it and however often; the test that the rule page sends is no event.
// Source of the format: help.gong.io, "Create a webhook rule" and "Payload sent to webhooks".
import * as z from "zod";
import { GongCall } from "./gong/call.ts";
import { draftOf } from "./gong/draft.ts";
import { verifySignature } from "./gong/signature.ts";
import { bodyErrors, parseJson } from "./json.ts";
import type { Normalized, Source } from "./source.ts";

const Delivery = z.object({ callData: GongCall });
const Test = z.object({ isTest: z.literal(true) });

export const gong: Source<"PUBLIC_URL" | "GONG_PUBLIC_KEYS" | "GONG_COMPETITOR_TRACKERS"> = {
  name: "gong",
  lane: "signals",
  settings: ["PUBLIC_URL", "GONG_PUBLIC_KEYS"],
  options: ["GONG_COMPETITOR_TRACKERS"],
  verify: (request, settings, nowMs) => verifySignature(request, settings.GONG_PUBLIC_KEYS, settings.PUBLIC_URL, nowMs),
  normalize(body, { receivedAt, settings }): Normalized {
    const parsed = parseJson(body);
    if (!parsed.ok) return { ok: false, errors: [{ pointer: "", detail: parsed.detail }] };
    // Before the call is read: "Test now" may send one without its id.
    if (Test.safeParse(parsed.value).success) return { ok: true, readings: [{ kind: "ignored", name: "test" }] };
    const delivery = Delivery.safeParse(parsed.value);
    if (!delivery.success) return { ok: false, errors: bodyErrors(delivery.error) };
    const draft = draftOf(delivery.data.callData, settings.GONG_COMPETITOR_TRACKERS, receivedAt);
    return { ok: true, readings: [{ kind: "signal", draft, pointer: "/callData", raw: parsed.value }] };
  },
};
