// The sample book of business: three reps and their manager, eight companies, their people, deals in every stage and
// tasks, dated around now, so that a demo and a test look like a real Monday.
// Rule: what a record links to stands before it.
import type { Seed } from "./put-record.ts";

const DAY_MS = 86_400_000;
export const DOMAIN = "northwind.example";

export type Rep = { id: string; userId: number; slack: string; first: string; last: string };
export const REPS: readonly Rep[] = [
  { id: "64492917", userId: 98499705, slack: "U0ANADUARTE", first: "Ana", last: "Duarte" },
  { id: "64492918", userId: 98499706, slack: "U0BENOKAFOR", first: "Ben", last: "Okafor" },
  { id: "64492919", userId: 98499707, slack: "U0CARLAROSS", first: "Carla", last: "Rossi" },
  { id: "64492920", userId: 98499708, slack: "U0DANALEE01", first: "Dana", last: "Lee" },
];
const [ANA, BEN, CARLA] = ["64492917", "64492918", "64492919"];

/** [id, name, domain, industry, employees] */
export const COMPANIES: readonly (readonly [string, string, string, string, number])[] = [
  ["330222354146", "Querbus", "querbus.example", "MANAGEMENT_CONSULTING", 120],
  ["181822088425", "Lindqvist Foods", "lindqvist.example", "FOOD_PRODUCTION", 640],
  ["330222354201", "Halden Robotics", "halden.example", "INDUSTRIAL_AUTOMATION", 85],
  ["330222354202", "Marisol Energy", "marisol.example", "RENEWABLES_ENVIRONMENT", 2300],
  ["330222354203", "Okonkwo Logistics", "okonkwo.example", "LOGISTICS_AND_SUPPLY_CHAIN", 410],
  ["330222354204", "Pemberton & Shah", "pembertonshah.example", "LEGAL_SERVICES", 56],
  ["330222354205", "Tanaka Medical", "tanaka-medical.example", "MEDICAL_DEVICES", 930],
  ["330222354206", "Volkov Insurance", "volkov.example", "INSURANCE", 1500],
];

/** [id, first name, last name, title, company] */
export const CONTACTS: readonly (readonly [string, string, string, string, string])[] = [
  ["508369434347", "Maton", "Reyes", "Chief Operating Officer", "330222354146"],
  ["508369434348", "Ilse", "Brandt", "Head of IT", "330222354146"],
  ["508369434349", "Sven", "Lindqvist", "Managing Director", "181822088425"],
  ["508369434350", "Pia", "Holm", "Procurement Lead", "181822088425"],
  ["508369434351", "Jonas", "Halden", "Chief Technology Officer", "330222354201"],
  ["508369434352", "Lucía", "Marín", "VP Operations", "330222354202"],
  ["508369434353", "Tomás", "Vega", "Finance Director", "330222354202"],
  ["508369434354", "Adaeze", "Okonkwo", "Founder", "330222354203"],
  ["508369434355", "Chidi", "Eze", "Fleet Manager", "330222354203"],
  ["508369434356", "Priya", "Shah", "Partner", "330222354204"],
  ["508369434357", "Kenji", "Tanaka", "President", "330222354205"],
  ["508369434358", "Yuki", "Mori", "Clinical Systems Lead", "330222354205"],
  ["508369434359", "Irina", "Volkova", "Chief Risk Officer", "330222354206"],
  ["508369434360", "Pavel", "Sokolov", "Head of Claims", "330222354206"],
];
/** Someone who asked not to be mailed. */
export const OPTED_OUT = "508369434353";

export type Deal = {
  id: string;
  name: string;
  stage: string;
  amount: number;
  owner: string | undefined;
  company: string;
  contacts: readonly string[];
  /** Days before now. */
  idle: number;
  inStage: number;
  /** Days after now; negative is in the past. */
  closes: number;
};
export const DEALS: readonly Deal[] = [
  deal(
    "332507367156",
    "Querbus – platform rollout",
    "qualifiedtobuy",
    48_000,
    ANA,
    "330222354146",
    ["508369434347", "508369434348"],
    14,
    20,
    12,
  ),
  deal(
    "332507367201",
    "Lindqvist – traceability",
    "presentationscheduled",
    72_500,
    ANA,
    "181822088425",
    ["508369434349", "508369434350"],
    2,
    6,
    30,
  ),
  deal("332507367202", "Halden – pilot line", "contractsent", 31_000, BEN, "330222354201", ["508369434351"], 1, 3, 9),
  deal(
    "332507367203",
    "Marisol – grid analytics",
    "decisionmakerboughtin",
    210_000,
    BEN,
    "330222354202",
    ["508369434352", "508369434353"],
    12,
    18,
    20,
  ),
  deal(
    "332507367204",
    "Okonkwo – fleet telematics",
    "appointmentscheduled",
    26_400,
    CARLA,
    "330222354203",
    ["508369434354", "508369434355"],
    4,
    5,
    60,
  ),
  deal(
    "332507367205",
    "Pemberton & Shah – document flow",
    "qualifiedtobuy",
    18_900,
    CARLA,
    "330222354204",
    ["508369434356"],
    25,
    33,
    -4,
  ),
  deal(
    "332507367206",
    "Tanaka – device registry",
    "presentationscheduled",
    134_000,
    ANA,
    "330222354205",
    ["508369434357", "508369434358"],
    6,
    11,
    45,
  ),
  deal("332507367207", "Volkov – claims triage", "closedwon", 96_000, BEN, "330222354206", ["508369434359"], 0, 1, -1),
  deal(
    "332507367208",
    "Volkov – fraud signals",
    "closedlost",
    54_000,
    CARLA,
    "330222354206",
    ["508369434360"],
    3,
    3,
    -3,
  ),
  deal(
    "332507367209",
    "Lindqvist – cold chain",
    "appointmentscheduled",
    15_000,
    ANA,
    "181822088425",
    ["508369434350"],
    1,
    1,
    80,
  ),
];

function deal(
  id: string,
  name: string,
  stage: string,
  amount: number,
  owner: string | undefined,
  company: string,
  contacts: readonly string[],
  idle: number,
  inStage: number,
  closes: number,
): Deal {
  return { id, name, stage, amount, owner, company, contacts, idle, inStage, closes };
}

/** [id, subject, status, due in days, deal, type] */
export const TASKS: readonly (readonly [string, string, string, number, string, string])[] = [
  ["41000000001", "Send pricing for 120 seats", "NOT_STARTED", -1, "332507367156", "EMAIL"],
  ["41000000002", "Prepare the traceability demo", "IN_PROGRESS", 3, "332507367201", "TODO"],
  ["41000000003", "Call Jonas about the signature", "NOT_STARTED", 1, "332507367202", "CALL"],
  ["41000000004", "Security questionnaire", "WAITING", 5, "332507367203", "TODO"],
  ["41000000005", "Intro call", "COMPLETED", -6, "332507367204", "CALL"],
];

/** The whole book as of `now` (epoch ms), in the order in which it has to be put. */
export function seed(now: number): Seed[] {
  const day = (offset: number) => new Date(now + offset * DAY_MS).toISOString();
  const hubspot = (collection: string, id: string, body: unknown): Seed => ({
    system: "hubspot",
    collection,
    id,
    body,
  });
  const email = ({ first, last }: Rep) => `${first}.${last}@${DOMAIN}`.toLowerCase();
  const owners = REPS.map((rep) =>
    hubspot("owners", rep.id, {
      email: email(rep),
      firstName: rep.first,
      lastName: rep.last,
      userId: rep.userId,
      type: "PERSON",
      archived: false,
      createdAt: day(-400),
      updatedAt: day(-40),
      teams: [{ id: "48975575", name: "New business", primary: true }],
    }),
  );
  const companies = COMPANIES.map(([id, name, domain, industry, employees]) =>
    hubspot("companies", id, {
      properties: { name, domain, industry, numberofemployees: employees, createdate: day(-300) },
    }),
  );
  const domainOf = new Map(COMPANIES.map(([id, , domain]) => [id, domain]));
  const contacts = CONTACTS.map(([id, first, last, title, company]) =>
    hubspot("contacts", id, {
      properties: {
        firstname: first,
        lastname: last,
        jobtitle: title,
        email: `${plain(first)}.${plain(last)}@${domainOf.get(company) ?? ""}`,
        hs_email_optout: id === OPTED_OUT,
        createdate: day(-200),
      },
      associations: { companies: [company] },
    }),
  );
  const deals = DEALS.map((one) =>
    hubspot("deals", one.id, {
      properties: {
        dealname: one.name,
        dealstage: one.stage,
        amount: one.amount,
        closedate: day(one.closes),
        createdate: day(-90),
        notes_last_updated: day(-one.idle),
        hs_v2_date_entered_current_stage: day(-one.inStage),
        ...(one.owner === undefined ? {} : { hubspot_owner_id: one.owner }),
      },
      associations: { companies: [one.company], contacts: [...one.contacts] },
    }),
  );
  const ownerOf = new Map(DEALS.map(({ id, owner }) => [id, owner]));
  const tasks = TASKS.map(([id, subject, status, due, dealId, type]) =>
    hubspot("tasks", id, {
      properties: {
        hs_task_subject: subject,
        hs_task_status: status,
        hs_task_type: type,
        hs_task_priority: "MEDIUM",
        hs_timestamp: day(due),
        hubspot_owner_id: ownerOf.get(dealId) ?? null,
        hs_createdate: day(-8),
      },
      associations: { deals: [dealId] },
    }),
  );
  const slack = [
    channel("C0DEALS001", "deals"),
    channel("C0WINS0001", "wins"),
    ...REPS.map((rep): Seed => {
      const body = { name: rep.first.toLowerCase(), real_name: `${rep.first} ${rep.last}`, email: email(rep) };
      return { system: "slack", collection: "users", id: rep.slack, body };
    }),
  ];
  const mailboxes = REPS.map((rep): Seed => {
    return { system: "gmail", collection: "mailboxes", id: email(rep), body: { name: `${rep.first} ${rep.last}` } };
  });
  const sequences = [
    hubspot("sequences", "78910001", { name: "Re-engage after silence", steps: 4 }),
    hubspot("sequences", "78910002", { name: "After the demo", steps: 3 }),
  ];
  return [...owners, ...sequences, ...companies, ...contacts, ...deals, ...tasks, ...slack, ...mailboxes];
}

function channel(id: string, name: string): Seed {
  return { system: "slack", collection: "channels", id, body: { name, is_member: true, user: null } };
}

/** A name as it stands in an address. */
export function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
