// What a rule can speak about: the variables `signal`, `deal`, `account` and `now` with their types, as one table that
// the type checker, the context and docs/rules.md share. Rule: the names are those on the wire, and a field that the
// contract gains does not compile until it is listed here.
import { Environment } from "@marcbachmann/cel-js";
import type * as z from "zod";
import type { AccountContext, DealContact, DealContext, OpenTask, Person } from "#contract/signal-enriched.ts";
import type { SignalFacts, SignalReceived } from "#contract/signal-received.ts";
import { FUNCTIONS } from "./functions.ts";

/** `email` and `url` are strings that are absent unless they are well formed; `facts` is a map of scalars. */
export type FieldType =
  | "string"
  | "email"
  | "url"
  | "int"
  | "double"
  | "bool"
  | "instant"
  | "facts"
  | "strings"
  | RecordName
  /** A list of records. */
  | readonly [RecordName];

export type RecordName = "Person" | "Contact" | "Task" | "Deal" | "RecentSignal" | "Account" | "Payload" | "Signal";
export type Fields = Readonly<Record<string, FieldType>>;
type FieldsOf<T> = Readonly<Record<keyof T, FieldType>>;
type RecentSignal = AccountContext["recent_signals"][number];

const PERSON = { id: "string", name: "string", email: "email" } satisfies FieldsOf<Person>;
const CONTACT = { ...PERSON, title: "string", opted_out: "bool" } satisfies FieldsOf<DealContact>;
const TASK = { id: "string", subject: "string", due_at: "instant" } satisfies FieldsOf<z.infer<typeof OpenTask>>;
const RECENT_SIGNAL = { signal_id: "string", event: "string", fired_at: "instant" } satisfies FieldsOf<RecentSignal>;

const DEAL = {
  id: "string",
  name: "string",
  url: "url",
  stage: "string",
  pipeline: "string",
  amount: "double",
  owner: "Person",
  is_open: "bool",
  is_won: "bool",
  days_in_stage: "int",
  last_activity_days_ago: "int",
  close_date: "string",
  days_to_close: "int",
  open_tasks: ["Task"],
  competitors_mentioned: "strings",
  contacts: ["Contact"],
} satisfies FieldsOf<DealContext>;

const ACCOUNT = {
  id: "string",
  name: "string",
  domain: "string",
  employee_count: "int",
  industry: "string",
  recent_signals: ["RecentSignal"],
  intent_score: "double",
} satisfies FieldsOf<AccountContext>;

const PAYLOAD = {
  event: "string",
  property: "string",
  old_value: "string",
  new_value: "string",
  sensitive: "bool",
  text: "string",
  topics: "strings",
  competitors: "strings",
  score: "double",
  url: "url",
  related: "strings",
  changed_by: "string",
  facts: "facts",
} satisfies FieldsOf<SignalFacts>;

const SIGNAL = {
  signal_id: "string",
  signal_type: "string",
  source: "string",
  subject: "string",
  account_id: "string",
  deal_id: "string",
  contact_id: "string",
  payload: "Payload",
  urgency: "string",
  confidence: "double",
  fired_at: "instant",
  received_at: "instant",
  raw_ref: "string",
  degraded: "strings",
} satisfies FieldsOf<SignalReceived & { degraded: unknown }>;

/** A record at evaluation. The library tells types apart by constructor, so each has its own class. */
export class CelRecord extends Map<string, unknown> {}

export const RECORDS: Readonly<Record<RecordName, { fields: Fields; Class: typeof CelRecord }>> = {
  Person: { fields: PERSON, Class: class Person extends CelRecord {} },
  Contact: { fields: CONTACT, Class: class Contact extends CelRecord {} },
  Task: { fields: TASK, Class: class Task extends CelRecord {} },
  Deal: { fields: DEAL, Class: class Deal extends CelRecord {} },
  RecentSignal: { fields: RECENT_SIGNAL, Class: class RecentSignal extends CelRecord {} },
  Account: { fields: ACCOUNT, Class: class Account extends CelRecord {} },
  Payload: { fields: PAYLOAD, Class: class Payload extends CelRecord {} },
  Signal: { fields: SIGNAL, Class: class Signal extends CelRecord {} },
};

const TIMESTAMP = "google.protobuf.Timestamp";
const CEL_TYPES: Readonly<Partial<Record<FieldType & string, string>>> = {
  email: "string",
  url: "string",
  instant: TIMESTAMP,
  facts: "map<string, dyn>",
  strings: "list<string>",
};

function celType(type: FieldType): string {
  return typeof type === "object" ? `list<${type[0]}>` : (CEL_TYPES[type] ?? type);
}

/** An expression longer or deeper than this is refused; a rule that needs more wants to be two rules. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 50, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 };

function vocabulary(): Environment {
  const environment = new Environment({ enableOptionalTypes: true, limits: LIMITS });
  for (const [name, { fields, Class }] of Object.entries(RECORDS)) {
    const celFields = Object.entries(fields).map(([field, type]) => [field, celType(type)] as const);
    environment.registerType(name, { ctor: Class, fields: Object.fromEntries(celFields) });
  }
  for (const { signature, handler } of FUNCTIONS) environment.registerFunction({ signature, handler, async: false });
  return environment;
}

/** For `when`, `reason`, `supersedes` and the params of actions. */
export function decisionEnvironment(): Environment {
  return vocabulary()
    .registerVariable("signal", "Signal")
    .registerVariable("deal", "Deal")
    .registerVariable("account", "Account")
    .registerVariable("now", TIMESTAMP);
}

/** For `still_valid`, which is about a later moment: only what can be fetched anew by then is in it. */
export function validityEnvironment(): Environment {
  return vocabulary().registerVariable("deal", "Deal").registerVariable("now", TIMESTAMP);
}
