// The book as Salesforce's records: the same companies, people and deals under their own ids, in Salesforce's stages,
// with the history lines that Salesforce would have written. People's time zones and their manager are here.
import type { Seed } from "../put-record.ts";
import { DOMAIN, REPS, type Rep } from "../seed.ts";
import { nthId } from "../systems/salesforce/record-id.ts";
import { DEFAULT_USER } from "../systems/salesforce/seed-record.ts";
import { type SObjectType, STAGES } from "../systems/salesforce/sobject-types.ts";
import type { Activity, Book, Deal } from "./book.ts";

const DAY_MS = 86_400_000;
const STAGE_NAMES: Readonly<Record<string, string>> = {
  appointmentscheduled: "Prospecting",
  qualifiedtobuy: "Qualification",
  presentationscheduled: "Needs Analysis",
  decisionmakerboughtin: "Proposal/Price Quote",
  contractsent: "Negotiation/Review",
  closedwon: "Closed Won",
  closedlost: "Closed Lost",
};
/** By the order of `REPS`: Lisbon, Austin, Berlin, and the manager in Lisbon. */
const TIME_ZONES = ["Europe/Lisbon", "America/Chicago", "Europe/Berlin", "Europe/Lisbon"];
const MANAGER = 3;
const userId = (rep: number) => nthId("005", 10 + rep);

type Fields = Record<string, string | number | boolean | null>;

/** In the order in which they have to be put. `now` is epoch ms. */
export function salesforceRecords({ companies, people, deals }: Book, now: number): Seed[] {
  const day = (offset: number) => new Date(now + offset * DAY_MS).toISOString();
  const record = (collection: SObjectType, id: string, fields: Fields): Seed => ({
    system: "salesforce",
    collection,
    id,
    body: { fields },
  });
  const users = [
    record("User", DEFAULT_USER, person("deal", "wire", "Integration", `dealwire@${DOMAIN}`, "Etc/UTC", null)),
    ...REPS.map((rep, n) => record("User", userId(n), repFields(rep, n))),
  ];
  const accounts = companies.map((company) =>
    record("Account", company.salesforce, {
      Name: company.name,
      Website: `https://www.${company.domain}`,
      Industry: words(company.industry),
      NumberOfEmployees: company.employees,
      BillingCity: company.city,
      BillingCountry: company.country,
      OwnerId: userId(0),
      CreatedDate: day(-280),
    }),
  );
  const contacts = people.map((one) =>
    record("Contact", one.salesforce, {
      FirstName: one.first,
      LastName: one.last,
      Name: `${one.first} ${one.last}`,
      Title: one.title,
      Email: one.email,
      HasOptedOutOfEmail: one.optedOut,
      AccountId: one.company.salesforce,
      OwnerId: userId(0),
      CreatedDate: day(-180),
    }),
  );
  const opportunities = deals.flatMap((deal, n) => [
    record("Opportunity", deal.salesforce, opportunity(deal, day)),
    ...history(deal, n, day, record),
    ...deal.people.map((one, at) =>
      record("OpportunityContactRole", nthId("00K", n * 10 + at), {
        OpportunityId: deal.salesforce,
        ContactId: one.salesforce,
        Role: one.role,
        IsPrimary: at === 0,
      }),
    ),
    ...deal.activities.map((activity, at) => activityRecord(deal, activity, n * 10 + at, day, record)),
  ]);
  const rule: Seed = {
    system: "salesforce",
    collection: "validation_rules",
    id: "say_why_it_was_lost",
    body: {
      object: "Opportunity",
      field: "StageName",
      equals: "Closed Lost",
      requires: "Description",
      message: "Say in Description why the opportunity was lost.",
    },
  };
  return [rule, ...users, ...accounts, ...contacts, ...opportunities];
}

type Make = (collection: SObjectType, id: string, fields: Fields) => Seed;

function person(
  first: string,
  last: string,
  title: string,
  email: string,
  zone: string,
  manager: string | null,
): Fields {
  return {
    Username: email,
    Email: email,
    FirstName: first,
    LastName: last,
    Name: `${first} ${last}`,
    Title: title,
    TimeZoneSidKey: zone,
    ManagerId: manager,
    IsActive: true,
  };
}

function repFields({ first, last }: Rep, n: number): Fields {
  const email = `${first}.${last}@${DOMAIN}`.toLowerCase();
  const isManager = n === MANAGER;
  const title = isManager ? "Sales Manager" : "Account Executive";
  return person(first, last, title, email, TIME_ZONES[n] ?? "Etc/UTC", isManager ? null : userId(MANAGER));
}

function opportunity(deal: Deal, day: (offset: number) => string): Fields {
  const present = deal.stages.at(-1) ?? { stage: "appointmentscheduled", day: 0 };
  const stage = STAGE_NAMES[present.stage] ?? "Prospecting";
  return {
    Name: deal.name,
    StageName: stage,
    Amount: deal.amount,
    CloseDate: day(deal.closes.at(-1)?.day ?? 0).slice(0, 10),
    AccountId: deal.company.salesforce,
    OwnerId: deal.rep === null ? DEFAULT_USER : userId(deal.rep),
    NextStep: deal.nextStep,
    Description: stage === "Closed Lost" ? "Chose to build it themselves." : null,
    LastActivityDate: day(deal.lastActivity).slice(0, 10),
    LastStageChangeDate: day(present.day),
    CreatedDate: day(deal.stages[0]?.day ?? 0),
  };
}

/** One line for each day on which stage or close date changed, and a field history for each change of stage and close date. */
function history(deal: Deal, n: number, day: (offset: number) => string, record: Make): Seed[] {
  const days = [...new Set([...deal.stages.map(({ day: at }) => at), ...deal.closes.map(({ setOn }) => setOn)])];
  const lines = days
    .toSorted((a, b) => a - b)
    .map((at, line) => {
      const stage = deal.stages.findLast((one) => one.day <= at) ?? deal.stages[0];
      const close = deal.closes.findLast((one) => one.setOn <= at) ?? deal.closes[0];
      const name = STAGE_NAMES[stage?.stage ?? ""] ?? "Prospecting";
      return record("OpportunityHistory", nthId("008", n * 20 + line), {
        OpportunityId: deal.salesforce,
        StageName: name,
        Amount: deal.amount,
        CloseDate: day(close?.day ?? 0).slice(0, 10),
        Probability: STAGES.find((one) => one.name === name)?.probability ?? 0,
        CreatedDate: day(at),
      });
    });
  const changes = (field: string, values: readonly { value: string; on: number }[], offset: number) =>
    values.slice(1).map(({ value, on }, at) =>
      record("OpportunityFieldHistory", nthId("017", n * 20 + offset + at), {
        OpportunityId: deal.salesforce,
        Field: field,
        OldValue: values[at]?.value ?? null,
        NewValue: value,
        CreatedDate: day(on),
      }),
    );
  const stages = deal.stages.map((one) => ({ value: STAGE_NAMES[one.stage] ?? "Prospecting", on: one.day }));
  const closes = deal.closes.map((one) => ({ value: day(one.day).slice(0, 10), on: one.setOn }));
  return [...lines, ...changes("StageName", stages, 0), ...changes("CloseDate", closes, 10)];
}

function activityRecord(
  deal: Deal,
  { kind, day: at, subject, text }: Activity,
  n: number,
  day: (offset: number) => string,
  record: Make,
): Seed {
  const common = {
    Subject: subject,
    Description: text,
    WhatId: deal.salesforce,
    WhoId: deal.people[0]?.salesforce ?? null,
    OwnerId: deal.rep === null ? DEFAULT_USER : userId(deal.rep),
    CreatedDate: day(Math.min(at, -1)),
  };
  if (kind === "meeting")
    return record("Event", nthId("00U", n), { ...common, StartDateTime: day(at), DurationInMinutes: 30 });
  const open = kind === "task";
  return record("Task", nthId("00T", n), {
    ...common,
    ActivityDate: day(at).slice(0, 10),
    Status: open ? "Not Started" : "Completed",
    TaskSubtype: kind === "call" ? "Call" : "Task",
    ...(open ? {} : { CompletedDateTime: day(at) }),
  });
}

/** `FOOD_PRODUCTION` as a person writes it. */
function words(industry: string): string {
  const text = industry.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
