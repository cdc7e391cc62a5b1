// Salesforce's rows as a deal. Rule: values are read strictly and cut to what the contract takes; a part that could not
// be read is named as a gap and leaves the others whole.
import type { SalesforceRow } from "#connectors/salesforce.ts";
import type { DealContact, DealContext, Owner, Person } from "#contract/signal-enriched.ts";
import type { CallResult } from "#runtime/http.ts";
import { dateOf } from "../days.ts";
import { pushesOf, stageHistoryOf } from "../history.ts";
import type { CrmDeal, Gap, Read } from "../providers/provider.ts";
import { gapOf, readOf, recordIn } from "../read.ts";
import { isTrue, numberOf, referenceOf, textOf, timeOf } from "./field.ts";
import { MAX_READ } from "./queries.ts";

type Rows = CallResult<SalesforceRow[]>;

export type DealRows = {
  deal: SalesforceRow;
  /** `salesforce:006…`. */
  id: string;
  url: string | null;
  owner: Read<Owner> | null;
  contacts: Rows;
  tasks: Rows;
  events: Rows;
  history: Rows;
};

export function crmDealOf({ deal, id, url, owner, contacts, tasks, events, history }: DealRows): CrmDeal {
  const openTasks = listed(tasks).slice(0, MAX_READ).toReversed();
  const entries = listed(history).flatMap((row) => {
    const ms = timeOf(row, "CreatedDate");
    return ms === null ? [] : { stage: textOf(row, "StageName", 200) ?? "", enteredMs: ms, row };
  });
  const oldestFirst = entries.toSorted((a, b) => a.enteredMs - b.enteredMs);
  const closeDates = oldestFirst.flatMap(({ row }) => timeOf(row, "CloseDate") ?? []).map(dateOf);
  const closeDate = timeOf(deal, "CloseDate");
  const closed = isTrue(deal, "IsClosed");
  const created = timeOf(deal, "CreatedDate");
  return {
    id,
    name: textOf(deal, "Name", 500) ?? `Opportunity ${id}`,
    url,
    stage: textOf(deal, "StageName", 200),
    pipeline: null,
    amount: numberOf(deal, "Amount"),
    owner: recordIn(owner),
    accountId: referenceOf(deal, "AccountId"),
    is_open: !closed,
    is_won: closed && isTrue(deal, "IsWon"),
    stageEnteredMs: timeOf(deal, "LastStageChangeDate") ?? created,
    lastActivityMs: timeOf(deal, "LastActivityDate") ?? created,
    close_date: closeDate === null ? null : dateOf(closeDate),
    close_date_pushes: history.ok ? pushesOf(closeDates) : null,
    stage_history: stageHistoryOf(oldestFirst),
    next_step: textOf(deal, "NextStep", 1_000),
    plannedMs: [...timesOf(listed(events), "StartDateTime"), ...timesOf(openTasks, "ActivityDate")],
    meetingsMs: timesOf(listed(events), "StartDateTime"),
    open_tasks: openTasks.flatMap(taskOf),
    contacts: contactsOf(listed(contacts).slice(0, MAX_READ)),
    gaps: [
      ...gapOf("deal_context.owner", owner, "Salesforce"),
      ...gapIn("deal_context.contacts", contacts),
      ...gapIn("deal_context.open_tasks", tasks),
      ...gapIn("deal_context.next_activity_at", events),
      ...gapIn("deal_context.stage_history", history),
      ...truncated("deal_context.contacts", contacts),
      ...truncated("deal_context.open_tasks", tasks),
    ],
  };
}

/** Time zone and manager are the user's own settings; a user without a manager has null. */
export function ownerOf(user: SalesforceRow): Owner | null {
  const person = personOf(user, "");
  if (person === null) return null;
  return { ...person, time_zone: textOf(user, "TimeZoneSidKey", 64), manager: personOf(user, "Manager.") };
}

function personOf(row: SalesforceRow, prefix: string): Person | null {
  const id = referenceOf(row, `${prefix}Id`);
  if (id === null) return null;
  const email = textOf(row, `${prefix}Email`, 320);
  return { id, name: textOf(row, `${prefix}Name`, 300) ?? email ?? `User ${id}`, email };
}

/** One for each person, with all the roles that they have in the deal. */
function contactsOf(rows: readonly SalesforceRow[]): DealContact[] {
  const contacts = new Map<string, DealContact>();
  for (const row of rows) {
    const id = referenceOf(row, "ContactId");
    if (id === null) continue;
    const role = [contacts.get(id)?.role, textOf(row, "Role", 200)].filter(Boolean).join(", ").slice(0, 200) || null;
    const email = textOf(row, "Contact.Email", 320);
    contacts.set(id, {
      id,
      name: textOf(row, "Contact.Name", 300) ?? email ?? `Contact ${id}`,
      email,
      title: textOf(row, "Contact.Title", 300),
      opted_out: isTrue(row, "Contact.HasOptedOutOfEmail"),
      role,
    });
  }
  return [...contacts.values()];
}

function taskOf(row: SalesforceRow): DealContext["open_tasks"] {
  const id = referenceOf(row, "Id");
  if (id === null) return [];
  const due = timeOf(row, "ActivityDate");
  const subject = textOf(row, "Subject", 500) ?? `Task ${id}`;
  return [{ id, subject, due_at: due === null ? null : new Date(due).toISOString() }];
}

function listed(rows: Rows): SalesforceRow[] {
  return rows.ok ? rows.value : [];
}

function timesOf(rows: readonly SalesforceRow[], field: string): number[] {
  return rows.flatMap((row) => timeOf(row, field) ?? []);
}

function gapIn(missing: string, rows: Rows): Gap[] {
  return gapOf(
    missing,
    readOf(rows, (value) => value),
    "Salesforce",
  );
}

function truncated(missing: string, rows: Rows): Gap[] {
  if (!rows.ok || rows.value.length <= MAX_READ) return [];
  return [{ missing, reason: `the deal has more than the ${MAX_READ} that were read` }];
}
