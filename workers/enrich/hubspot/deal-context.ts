// HubSpot's records as the canonical context of a deal. Rule: every property is a string that somebody may have typed;
// it is parsed strictly, cut to what the contract takes, and what makes no sense is null and named as a gap.
import { associated, type HubspotOwner, type HubspotRecord } from "#connectors/hubspot-records.ts";
import type { DealContact, DealContext, Person } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { dateOf, daysSince, daysUntilDate, parseTime } from "../days.ts";
import { type Gap, gapOf } from "./gap.ts";
import { numberOf, textOf, webPageOf } from "./property.ts";
import { MAX_READ, type Surroundings } from "./reads.ts";

/** A deferred task was put off by its owner: nobody is on it, so it does not count as open. */
const TASK_NOT_OPEN: ReadonlySet<string> = new Set(["COMPLETED", "DEFERRED"]);

/** Days are counted as of the signal's `fired_at`. */
export function dealContextOf(
  deal: HubspotRecord,
  around: Surroundings,
  signal: SignalReceived,
): { context: DealContext; gaps: Gap[] } {
  const gaps = [
    ...gapOf("deal_context.owner", around.owner),
    ...gapOf("deal_context.contacts", around.contacts),
    ...gapOf("deal_context.open_tasks", around.tasks),
    ...truncated(deal, "contacts", "deal_context.contacts"),
    ...truncated(deal, "tasks", "deal_context.open_tasks"),
  ];
  const time = (property: string, missing: string): number | null => {
    const value = deal.properties[property];
    if (!value) return null;
    const ms = parseTime(value);
    if (ms === null) gaps.push({ missing, reason: `HubSpot's ${property} is not a time: "${value.slice(0, 50)}"` });
    return ms;
  };
  const firedAt = Date.parse(signal.fired_at);
  const since = (ms: number | null) => (ms === null ? null : daysSince(ms, firedAt));
  const closeDate = time("closedate", "deal_context.close_date");
  // A deal that nobody ever touched is idle since it was created.
  const activityProperty = deal.properties.notes_last_updated ? "notes_last_updated" : "createdate";
  const closed = deal.properties.hs_is_closed === "true";
  const context = {
    id: `hubspot:${deal.id}`,
    name: textOf(deal, "dealname", 500) ?? `Deal ${deal.id}`,
    url: webPageOf(deal) ?? builtPageOf(deal, signal),
    stage: textOf(deal, "dealstage", 200),
    pipeline: textOf(deal, "pipeline", 200),
    amount: numberOf(deal, "amount"),
    owner: around.owner?.ok ? ownerOf(around.owner.value) : null,
    is_open: !closed,
    is_won: closed && deal.properties.hs_is_closed_won === "true",
    days_in_stage: since(time("hs_v2_date_entered_current_stage", "deal_context.days_in_stage")),
    last_activity_days_ago: since(time(activityProperty, "deal_context.last_activity_days_ago")),
    close_date: closeDate === null ? null : dateOf(closeDate),
    days_to_close: closeDate === null ? null : daysUntilDate(closeDate, firedAt),
    open_tasks: around.tasks.ok ? around.tasks.value.filter(isOpen).map(taskOf) : [],
    competitors_mentioned: [...new Set(signal.payload.competitors ?? [])],
    contacts: around.contacts.ok ? around.contacts.value.map(contactOf) : [],
  };
  return { context, gaps };
}

/** HubSpot does not always send `url`. `0-3` are deals; the portal is named by the webhook that told of it. */
function builtPageOf(deal: HubspotRecord, { source, payload }: SignalReceived): string | null {
  const portalId = source === "hubspot" ? String(payload.facts?.portal_id) : "";
  return /^\d{1,20}$/.test(portalId) ? `https://app.hubspot.com/contacts/${portalId}/record/0-3/${deal.id}` : null;
}

function truncated(deal: HubspotRecord, type: string, missing: string): Gap[] {
  const { ids, complete } = associated(deal, type);
  if (complete && ids.length <= MAX_READ) return [];
  return [{ missing, reason: `the deal has more than the ${MAX_READ} ${type} that were read` }];
}

function ownerOf(owner: HubspotOwner): Person {
  const email = owner.email?.trim() || null;
  const name = nameOf(owner.firstName, owner.lastName) ?? email ?? `Owner ${owner.id}`;
  return { id: `hubspot:${owner.id}`, name: name.slice(0, 300), email: email?.slice(0, 320) ?? null };
}

function contactOf(contact: HubspotRecord): DealContact {
  const { firstname, lastname, hs_email_optout: optedOut } = contact.properties;
  const email = textOf(contact, "email", 320);
  return {
    id: `hubspot:${contact.id}`,
    name: (nameOf(firstname, lastname) ?? email ?? `Contact ${contact.id}`).slice(0, 300),
    email,
    title: textOf(contact, "jobtitle", 300),
    opted_out: optedOut === "true",
  };
}

function nameOf(first: string | null | undefined, last: string | null | undefined): string | null {
  return `${first?.trim() ?? ""} ${last?.trim() ?? ""}`.trim() || null;
}

function isOpen(task: HubspotRecord): boolean {
  return !TASK_NOT_OPEN.has(task.properties.hs_task_status ?? "");
}

function taskOf(task: HubspotRecord): DealContext["open_tasks"][number] {
  const due = parseTime(task.properties.hs_timestamp ?? "");
  return {
    id: `hubspot:${task.id}`,
    subject: textOf(task, "hs_task_subject", 500) ?? `Task ${task.id}`,
    due_at: due === null ? null : new Date(due).toISOString(),
  };
}
