// The book of business, told once and put into both CRMs: 40 accounts, their people, 60 deals in every stage with their
// way through the pipeline, and what was done on them. The first 8 accounts and 10 deals are those of the samples.
// Rule: everything is in days from now and comes from fixed dice, so every reset gives the same Monday.
import {
  DEALS,
  OPTED_OUT,
  plain,
  REPS,
  COMPANIES as SAMPLE_COMPANIES,
  CONTACTS as SAMPLE_CONTACTS,
  TASKS,
} from "../seed.ts";
import { nthId } from "../systems/salesforce/record-id.ts";
import { COMPANIES, FIRST_NAMES, LAST_NAMES, PROJECTS, ROLES } from "./companies.ts";
import { type Dice, dice } from "./random.ts";

/** The same record's id in each CRM. */
type Ids = { hubspot: string; salesforce: string };
type Company = Ids & {
  name: string;
  domain: string;
  industry: string;
  employees: number;
  city: string | null;
  country: string | null;
};
type Person = Ids & {
  first: string;
  last: string;
  title: string;
  role: string;
  email: string;
  company: Company;
  optedOut: boolean;
};
export type Activity = {
  kind: "call" | "meeting" | "task" | "note";
  /** Days from now; the future is positive. */
  day: number;
  subject: string;
  text: string;
};
export type Deal = Ids & {
  name: string;
  amount: number;
  /** Index of the rep in `REPS`; null when nobody owns it. */
  rep: number | null;
  company: Company;
  people: readonly Person[];
  /** Stages in HubSpot's names with the day each was entered, oldest first; the last is the present one. */
  stages: readonly { stage: string; day: number }[];
  /** Close dates that were planned, with the day each was set, oldest first; the last is the present one. */
  closes: readonly { day: number; setOn: number }[];
  lastActivity: number;
  nextStep: string | null;
  activities: readonly Activity[];
  /** A deal of the samples, which HubSpot is seeded with already. */
  sample: boolean;
};
export type Book = { companies: readonly Company[]; people: readonly Person[]; deals: readonly Deal[] };

export const OPEN_STAGES: readonly string[] = [
  "appointmentscheduled",
  "qualifiedtobuy",
  "presentationscheduled",
  "decisionmakerboughtin",
  "contractsent",
];
const NEXT_STEPS = [
  "Send the revised quote",
  "Agree on a start date",
  "Security review",
  "Reference call",
  "Book the workshop",
] as const;
const DEAL_COUNT = 60;
/** How many days ago the deals of the samples were made. */
const SAMPLE_AGE = 90;
/** Ids that the Salesforce samples name. */
const QUERBUS = { account: "0012000001AOHpxAAH", contact: "0032000001AOHpxAAH", deal: "0062000000ZZpewAAD" };

/** The book; the same on every call. */
export function book(): Book {
  const roll = dice(20_261_121);
  const companies = [
    ...SAMPLE_COMPANIES.map(([id, name, domain, industry, employees], n) => ({
      hubspot: id,
      salesforce: n === 0 ? QUERBUS.account : nthId("001", n),
      name,
      domain,
      industry,
      employees,
      city: null,
      country: null,
    })),
    ...COMPANIES.map(([name, domain, industry, employees, city, country], n) => ({
      hubspot: String(330_222_355_001 + n),
      salesforce: nthId("001", 100 + n),
      name,
      domain,
      industry,
      employees,
      city,
      country,
    })),
  ];
  const people = [
    ...samplePeople(companies),
    ...companies.slice(SAMPLE_COMPANIES.length).flatMap((company, n) => peopleOf(company, n, roll)),
  ];
  const sample = DEALS.map((deal, n): Deal => {
    const company = companies.find(({ hubspot }) => hubspot === deal.company) ?? companyAt(companies, 0);
    return {
      hubspot: deal.id,
      salesforce: n === 0 ? QUERBUS.deal : nthId("006", n),
      name: deal.name,
      amount: deal.amount,
      rep: deal.owner === undefined ? null : REPS.findIndex(({ id }) => id === deal.owner),
      company,
      people: people.filter(({ hubspot }) => deal.contacts.includes(hubspot)),
      stages: wayTo(deal.stage, -deal.inStage),
      closes: [{ day: deal.closes, setOn: -SAMPLE_AGE }],
      lastActivity: -deal.idle,
      nextStep: null,
      activities: TASKS.filter(([, , , , dealId]) => dealId === deal.id).map(sampleTask),
      sample: true,
    };
  });
  const made = Array.from({ length: DEAL_COUNT - sample.length }, (_, n) => {
    // Every new account has a deal; some have a second one.
    const company = companyAt(companies, SAMPLE_COMPANIES.length + (n % COMPANIES.length));
    const mine = people.filter((person) => person.company === company);
    return dealOf(n, company, mine, roll);
  });
  return { companies, people, deals: [...sample, ...made] };
}

function companyAt(companies: readonly Company[], n: number): Company {
  const company = companies[n];
  if (company === undefined) throw new Error(`the book has no company ${n}`);
  return company;
}

/** Since the deal was made, the stages before the one it is in, evenly. */
function wayTo(stage: string, entered: number): Deal["stages"] {
  const at = OPEN_STAGES.indexOf(stage);
  const passed = at < 0 ? OPEN_STAGES : OPEN_STAGES.slice(0, at);
  const step = (entered + SAMPLE_AGE) / (passed.length + 1);
  return [...passed.map((one, n) => ({ stage: one, day: Math.round(n * step - SAMPLE_AGE) })), { stage, day: entered }];
}

function sampleTask([, subject, status, due]: (typeof TASKS)[number]): Activity {
  return { kind: status === "COMPLETED" ? "call" : "task", day: due, subject, text: "" };
}

function samplePeople(companies: readonly Company[]): Person[] {
  return SAMPLE_CONTACTS.map(([id, first, last, title, companyId], n) => {
    const company = companies.find(({ hubspot }) => hubspot === companyId) ?? companyAt(companies, 0);
    const email = `${plain(first)}.${plain(last)}@${company.domain}`;
    const salesforce = n === 0 ? QUERBUS.contact : nthId("003", n);
    const role = n % 2 === 0 ? "Decision Maker" : "Evaluator";
    return { hubspot: id, salesforce, first, last, title, role, email, company, optedOut: id === OPTED_OUT };
  });
}

function peopleOf(company: Company, n: number, roll: Dice): Person[] {
  return Array.from({ length: roll.between(2, 3) }, (_, k) => {
    const first = FIRST_NAMES[(n * 5 + k * 7) % FIRST_NAMES.length] ?? "Alex";
    const last = LAST_NAMES[(n * 3 + k * 11) % LAST_NAMES.length] ?? "Doe";
    const [title, role] = ROLES[(n + k) % ROLES.length] ?? ROLES[0];
    return {
      hubspot: String(508_369_440_000 + n * 10 + k),
      salesforce: nthId("003", 1_000 + n * 10 + k),
      first,
      last,
      title,
      role,
      company,
      email: `${plain(first)}.${plain(last)}@${company.domain}`,
      optedOut: roll.between(1, 12) === 1,
    };
  });
}

function dealOf(n: number, company: Company, people: readonly Person[], roll: Dice): Deal {
  // One in seven is won, one in ten lost; the others stand anywhere in between.
  const end = n % 7 === 3 ? "closedwon" : n % 10 === 8 ? "closedlost" : null;
  const reached = end === "closedwon" ? 5 : roll.between(1, 5);
  const age = roll.between(reached * 12, reached * 30);
  const stages: { stage: string; day: number }[] = OPEN_STAGES.slice(0, reached).map((stage, at) => ({
    stage,
    day: -Math.round(age * (1 - at / (reached + 1))),
  }));
  const ended = -roll.between(1, 10);
  if (end !== null) stages.push({ stage: end, day: ended });
  const lastActivity = end === null ? -roll.between(0, 24) : ended;
  const closes = closeDates(end === null ? roll.between(-6, 75) : ended, age, roll);
  const project = PROJECTS[n % PROJECTS.length] ?? PROJECTS[0];
  return {
    hubspot: String(332_507_368_001 + n),
    salesforce: nthId("006", 100 + n),
    name: `${company.name} – ${n < COMPANIES.length ? project : `${project} II`}`,
    amount: roll.between(6, 190) * 1_000 + roll.between(0, 9) * 100,
    rep: n % 17 === 16 ? null : n % 3,
    company,
    people: people.slice(0, roll.between(1, people.length)),
    stages,
    closes,
    lastActivity,
    nextStep: end === null && roll.between(0, 2) > 0 ? roll.pick(NEXT_STEPS) : null,
    activities: activitiesOf(n, end === null, age, lastActivity, people[0]?.first ?? "the buyer", roll),
    sample: false,
  };
}

/** A third of the deals had their close date moved, some of them twice, always to a later day. */
function closeDates(day: number, age: number, roll: Dice): Deal["closes"] {
  const pushes = Math.max(0, roll.between(0, 5) - 3);
  return Array.from({ length: pushes + 1 }, (_, at) => ({
    day: day - (pushes - at) * roll.between(14, 30),
    setOn: -Math.round(age * (1 - at / (pushes + 2))),
  }));
}

function activitiesOf(n: number, open: boolean, age: number, last: number, who: string, roll: Dice): Activity[] {
  const past = (kind: Activity["kind"], day: number, subject: string, text: string): Activity => ({
    kind,
    day,
    subject,
    text,
  });
  const list = [
    past(
      n % 2 === 0 ? "call" : "meeting",
      last,
      `${n % 2 === 0 ? "Call" : "Meeting"} with ${who}`,
      `${who} asked for numbers and a date.`,
    ),
  ];
  if (age > 20)
    list.push(
      past("note", -Math.min(age, roll.between(15, 40)), "Note", `${who} compares us with their present tool.`),
    );
  if (open && n % 2 === 1)
    list.push(past("task", roll.between(-3, 9), `Follow up with ${who}`, "Promised in the last meeting."));
  if (open && n % 5 === 0)
    list.push(past("meeting", roll.between(1, 12), `Workshop with ${who}`, "Agenda to be sent."));
  return list;
}
