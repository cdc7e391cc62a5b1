// From a CloudEvent to a signal. Rule: source and id are its identity, together, because an id is unique within its
// source only.
import type { SignalDraft } from "#runtime/signal.ts";
import { draftOf as draftOfSpoken, type Fact } from "../standard/draft.ts";
import type { Data } from "../standard/message.ts";
import type { Attributes } from "./event.ts";

const KNOWN = new Set(["specversion", "type", "time", "datacontenttype", "dataschema", "data", "data_base64"]);
const MAX_FACTS = 30;
const MAX_FACT = 2_000;
/** What a reference takes after its system. */
const MAX_REFERENCE = 200;

/** The signal of an event; one that names no time happened when it was received. */
export function draftOf(attributes: Attributes, data: Data, receivedAt: string): SignalDraft {
  const { id, source, type, time } = attributes;
  return draftOfSpoken({
    type,
    data,
    firedAt: time ?? receivedAt,
    identity: [source, id],
    // The end of a long one, where the id is.
    itself: `cloudevents:${`${source}/${id}`.replace(/\s/g, "_").slice(-MAX_REFERENCE)}`,
    facts: factsOf(attributes),
  });
}

/** `ce_id`, `ce_source`, `ce_subject` and the extensions, which are plain values by their definition. */
function factsOf(attributes: Attributes): Record<string, Fact> {
  const facts = Object.entries(attributes).flatMap(([name, value]): [string, Fact][] => {
    if (KNOWN.has(name) || !/^[a-z0-9]{1,90}$/.test(name)) return [];
    if (typeof value === "string") return [[`ce_${name}`, value.slice(0, MAX_FACT)]];
    if (typeof value === "number") return Number.isFinite(value) ? [[`ce_${name}`, value]] : [];
    return typeof value === "boolean" ? [[`ce_${name}`, value]] : [];
  });
  return Object.fromEntries(facts.slice(0, MAX_FACTS));
}
