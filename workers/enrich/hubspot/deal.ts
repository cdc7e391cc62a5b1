// HubSpot's records as a deal. Rule: every property is a string that somebody may have typed; it is parsed strictly, cut
// to what the contract takes, and what makes no sense is null and named as a gap.
import { associated, type HubspotOwner, type HubspotRecord } from "#connectors/hubspot-records.ts";
import type { DealContact, DealContext, Owner } from "#contract/signal-enriched.ts";
import { dateOf, parseTime } from "../days.ts";
import { pushesOf, stageHistoryOf } from "../history.ts";
import type { CrmDeal, Gap } from "../providers/provider.ts";
import { gapOf, readOf, recordIn } from "../read.ts";
import { nameOf, numberOf, referenceOf, textOf, webPageOf } from "./property.ts";
import { MAX_READ, type Surroundings } from "./surroundings.ts";

/** A deferred task was put off by its owner: nobody is on it, so it does not count as open. */
const TASK_NOT_OPEN: ReadonlySet<string> = new Set(["COMPLETED", "DEFERRED"]);

export function crmDealOf(deal: HubspotRecord, around: Surroundings): CrmDeal {
  const gaps = [
    ...gapOf("deal_context.owner", around.owner, "HubSpot"),
    ...gapOf(
      "deal_context.contacts",
      readOf(around.contacts, (value) => value),
      "HubSpot",
    ),
    ...gapOf(
      "deal_context.contacts.role",
      readOf(around.labels, (value) => value),
      "HubSpot",
    ),
    ...gapOf(
      "deal_context.open_tasks",
      readOf(around.tasks, (value) => value),
      "HubSpot",
    ),
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
  const planned = time("notes_next_activity_date", "deal_context.next_activity_at");
  const met = time("hs_latest_meeting_activity", "deal_context.last_meeting_at");
  const closeDate = time("closedate", "deal_context.close_date");
  // A deal that nobody ever touched is idle since it was created.
  const activityProperty = deal.properties.notes_last_updated ? "notes_last_updated" : "createdate";
  const closed = deal.properties.hs_is_closed === "true";
  const owner = recordIn(around.owner);
  const roles = around.labels.ok ? around.labels.value : new Map<string, readonly string[]>();
  const closeDates = historyOf(deal, "closedate").flatMap(({ value }) => parseTime(value) ?? []);
  return {
    id: referenceOf(deal.id),
    name: textOf(deal, "dealname", 500) ?? `Deal ${deal.id}`,
    url: webPageOf(deal),
    stage: textOf(deal, "dealstage", 200),
    pipeline: textOf(deal, "pipeline", 200),
    amount: numberOf(deal, "amount"),
    owner: owner === null ? null : ownerOf(owner),
    accountId: referenceOf(associated(deal, "companies").primary),
    is_open: !closed,
    is_won: closed && deal.properties.hs_is_closed_won === "true",
    stageEnteredMs: time("hs_v2_date_entered_current_stage", "deal_context.days_in_stage"),
    lastActivityMs: time(activityProperty, "deal_context.last_activity_days_ago"),
    close_date: closeDate === null ? null : dateOf(closeDate),
    close_date_pushes: closeDates.length === 0 ? null : pushesOf(closeDates.map(dateOf)),
    stage_history: stageHistoryOf(
      historyOf(deal, "dealstage").map(({ value, ms }) => ({ stage: value.trim(), enteredMs: ms })),
    ),
    next_step: textOf(deal, "hs_next_step", 1_000),
    plannedMs: planned === null ? [] : [planned],
    meetingsMs: met === null ? [] : [met],
    open_tasks: around.tasks.ok ? around.tasks.value.filter(isOpen).map(taskOf) : [],
    contacts: around.contacts.ok ? around.contacts.value.map((contact) => contactOf(contact, roles)) : [],
    gaps,
  };
}

/** The values that a property had, oldest first; what has no time is left out. */
function historyOf(deal: HubspotRecord, property: string): { value: string; ms: number }[] {
  return (deal.propertiesWithHistory?.[property] ?? [])
    .flatMap(({ value, timestamp }) => {
      const ms = parseTime(timestamp);
      return !value || ms === null ? [] : { value, ms };
    })
    .toSorted((a, b) => a.ms - b.ms);
}

function truncated(deal: HubspotRecord, type: string, missing: string): Gap[] {
  const { ids, complete } = associated(deal, type);
  if (complete && ids.length <= MAX_READ) return [];
  return [{ missing, reason: `the deal has more than the ${MAX_READ} ${type} that were read` }];
}

/** HubSpot's owners have no time zone and no manager; dealwire's own list of people supplies both. */
function ownerOf(owner: HubspotOwner): Owner {
  const email = owner.email?.trim() || null;
  const name = nameOf(owner.firstName, owner.lastName) ?? email ?? `Owner ${owner.id}`;
  return {
    id: referenceOf(owner.id),
    name: name.slice(0, 300),
    email: email?.slice(0, 320) ?? null,
    time_zone: null,
    manager: null,
  };
}

function contactOf(contact: HubspotRecord, roles: ReadonlyMap<string, readonly string[]>): DealContact {
  const { firstname, lastname, hs_email_optout: optedOut } = contact.properties;
  const email = textOf(contact, "email", 320);
  return {
    id: referenceOf(contact.id),
    name: (nameOf(firstname, lastname) ?? email ?? `Contact ${contact.id}`).slice(0, 300),
    email,
    title: textOf(contact, "jobtitle", 300),
    opted_out: optedOut === "true",
    role: roles.get(contact.id)?.join(", ").slice(0, 200) ?? null,
  };
}

function isOpen(task: HubspotRecord): boolean {
  return !TASK_NOT_OPEN.has(task.properties.hs_task_status ?? "");
}

function taskOf(task: HubspotRecord): DealContext["open_tasks"][number] {
  const due = parseTime(task.properties.hs_timestamp ?? "");
  return {
    id: referenceOf(task.id),
    subject: textOf(task, "hs_task_subject", 500) ?? `Task ${task.id}`,
    due_at: due === null ? null : new Date(due).toISOString(),
  };
}
