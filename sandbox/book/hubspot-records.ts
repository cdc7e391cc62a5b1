// The book as HubSpot's records, beside those of the samples, with the history of stages and close dates.
import type { Seed } from "../put-record.ts";
import { REPS } from "../seed.ts";
import type { Activity, Book, Deal } from "./book.ts";

const DAY_MS = 86_400_000;
/** The account's own labels for people on a deal, by their association type ids. */
const LABELS: Readonly<Record<string, number>> = { "Decision Maker": 11, Champion: 13, "Economic Buyer": 15 };
const FIRST_ACTIVITY_ID = 41_000_010_001;

/** In the order in which they have to be put: what is linked to comes first. `now` is epoch ms. */
export function hubspotRecords({ companies, people, deals }: Book, now: number): Seed[] {
  const day = (offset: number) => new Date(now + offset * DAY_MS).toISOString();
  const record = (collection: string, id: string, properties: unknown, more: object = {}): Seed => ({
    system: "hubspot",
    collection,
    id,
    body: { properties, ...more },
  });
  const made = deals.filter(({ sample }) => !sample);
  const accounts = new Set(made.map(({ company }) => company));
  const companySeeds = companies
    .filter((company) => accounts.has(company))
    .map(({ hubspot, name, domain, industry, employees, city, country }) =>
      record("companies", hubspot, {
        name,
        domain,
        industry,
        numberofemployees: employees,
        city,
        country,
        createdate: day(-280),
      }),
    );
  const contactSeeds = people
    .filter(({ company }) => accounts.has(company))
    .map((person) =>
      record(
        "contacts",
        person.hubspot,
        {
          firstname: person.first,
          lastname: person.last,
          jobtitle: person.title,
          email: person.email,
          hs_buying_role: person.role.toUpperCase().replaceAll(" ", "_"),
          hs_email_optout: person.optedOut,
          createdate: day(-180),
        },
        { associations: { companies: [person.company.hubspot] } },
      ),
    );
  const dealSeeds = made.map((deal) => {
    const stages = deal.stages.map(({ stage, day: entered }) => change(stage, day(entered)));
    const closes = deal.closes.map((close) => change(day(close.day), day(close.setOn)));
    return record("deals", deal.hubspot, dealProperties(deal, day), {
      history: { dealstage: stages.toReversed(), closedate: closes.toReversed() },
      contact_labels: Object.fromEntries(
        deal.people.flatMap(({ hubspot, role }) => (LABELS[role] === undefined ? [] : [[hubspot, LABELS[role]]])),
      ),
      associations: { companies: [deal.company.hubspot], contacts: deal.people.map(({ hubspot }) => hubspot) },
    });
  });
  let id = FIRST_ACTIVITY_ID;
  const activitySeeds = made.flatMap((deal) =>
    deal.activities.map((activity) => {
      id += 1;
      const { collection, properties } = activityProperties(activity, day(activity.day));
      return record(
        collection,
        String(id),
        {
          ...properties,
          hs_timestamp: day(activity.day),
          hs_createdate: day(Math.min(activity.day, -1)),
          ...owner(deal),
        },
        { associations: { deals: [deal.hubspot], contacts: deal.people.slice(0, 1).map(({ hubspot }) => hubspot) } },
      );
    }),
  );
  return [...companySeeds, ...contactSeeds, ...dealSeeds, ...activitySeeds];
}

const change = (value: string, timestamp: string) => ({ value, timestamp, sourceType: "CRM_UI" });

function owner({ rep }: Deal): { hubspot_owner_id?: string } {
  const id = rep === null ? undefined : REPS[rep]?.id;
  return id === undefined ? {} : { hubspot_owner_id: id };
}

function dealProperties(deal: Deal, day: (offset: number) => string) {
  const present = deal.stages.at(-1) ?? { stage: "appointmentscheduled", day: 0 };
  const next = deal.activities.filter((activity) => activity.day > 0).sort((a, b) => a.day - b.day)[0];
  return {
    dealname: deal.name,
    dealstage: present.stage,
    amount: deal.amount,
    closedate: day(deal.closes.at(-1)?.day ?? 0),
    createdate: day(deal.stages[0]?.day ?? 0),
    notes_last_updated: day(deal.lastActivity),
    notes_last_contacted: day(deal.lastActivity),
    notes_next_activity_date: next === undefined ? null : day(next.day),
    hs_next_step: deal.nextStep,
    hs_v2_date_entered_current_stage: day(present.day),
    ...owner(deal),
  };
}

function activityProperties({ kind, day, subject, text }: Activity, at: string) {
  switch (kind) {
    case "call":
      return {
        collection: "calls",
        properties: {
          hs_call_title: subject,
          hs_call_body: text,
          hs_call_direction: "OUTBOUND",
          hs_call_status: "COMPLETED",
          hs_call_duration: 900_000,
        },
      };
    case "meeting": {
      const end = new Date(Date.parse(at) + 1_800_000).toISOString();
      const outcome = day > 0 ? "SCHEDULED" : "COMPLETED";
      return {
        collection: "meetings",
        properties: {
          hs_meeting_title: subject,
          hs_meeting_body: text,
          hs_meeting_start_time: at,
          hs_meeting_end_time: end,
          hs_meeting_outcome: outcome,
        },
      };
    }
    case "note":
      return { collection: "notes", properties: { hs_note_body: text } };
    case "task":
      return {
        collection: "tasks",
        properties: {
          hs_task_subject: subject,
          hs_task_body: text,
          hs_task_status: "NOT_STARTED",
          hs_task_type: "CALL",
          hs_task_priority: "MEDIUM",
        },
      };
  }
}
