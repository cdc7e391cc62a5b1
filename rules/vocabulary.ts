// What a rule can speak about: the variables `signal`, `deal`, `account` and `now` with their types, as one table that
// the type checker, the context and docs/rules.md share. Rule: the names are those on the wire, and a field that the
// contract gains does not compile until it is listed here.
import { Environment } from "@marcbachmann/cel-js";
import type * as z from "zod";
import type {
  AccountContext,
  DealContact,
  DealContext,
  OpenTask,
  Owner,
  Person,
  Resolution,
  SignalEnriched,
} from "#contract/signal-enriched.ts";
import type { SignalFacts } from "#contract/signal-received.ts";
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

export type RecordName =
  | "Person"
  | "Owner"
  | "Contact"
  | "Task"
  | "Stage"
  | "Mention"
  | "Deal"
  | "RecentSignal"
  | "Topic"
  | "OtherDeal"
  | "Account"
  | "Payload"
  | "Resolution"
  | "Signal";
type Fields = Readonly<Record<string, FieldType>>;
type FieldsOf<T> = Readonly<Record<keyof T, FieldType>>;
type RecentSignal = AccountContext["recent_signals"][number];
type Stage = DealContext["stage_history"][number];
type Mention = DealContext["mentions"][number];
type Topic = AccountContext["topics"][number];
type OtherDeal = AccountContext["other_open_deals"][number];

const PERSON = { id: "string", name: "string", email: "email" } satisfies FieldsOf<Person>;
const OWNER = { ...PERSON, time_zone: "string", manager: "Person" } satisfies FieldsOf<Owner>;
const CONTACT = {
  ...PERSON,
  title: "string",
  opted_out: "bool",
  role: "string",
  time_zone: "string",
} satisfies FieldsOf<DealContact>;
const TASK = { id: "string", subject: "string", due_at: "instant" } satisfies FieldsOf<z.infer<typeof OpenTask>>;
const RECENT_SIGNAL = { signal_id: "string", event: "string", fired_at: "instant" } satisfies FieldsOf<RecentSignal>;
const STAGE = { stage: "string", entered_at: "instant" } satisfies FieldsOf<Stage>;
const MENTION = { kind: "string", name: "string", mentioned_at: "instant" } satisfies FieldsOf<Mention>;
const TOPIC = { topic: "string", score: "double" } satisfies FieldsOf<Topic>;
const OTHER_DEAL = { id: "string", name: "string", amount: "double" } satisfies FieldsOf<OtherDeal>;
const RESOLUTION = { rule: "string", from: "string" } satisfies FieldsOf<z.infer<typeof Resolution>>;

const DEAL = {
  id: "string",
  name: "string",
  url: "url",
  stage: "string",
  pipeline: "string",
  amount: "double",
  owner: "Owner",
  is_open: "bool",
  is_won: "bool",
  days_in_stage: "int",
  last_activity_days_ago: "int",
  close_date: "string",
  days_to_close: "int",
  open_tasks: ["Task"],
  competitors_mentioned: "strings",
  contacts: ["Contact"],
  stage_history: ["Stage"],
  close_date_pushes: "int",
  next_step: "string",
  next_activity_at: "instant",
  last_meeting_at: "instant",
  mentions: ["Mention"],
} satisfies FieldsOf<DealContext>;

const ACCOUNT = {
  id: "string",
  name: "string",
  domain: "string",
  employee_count: "int",
  industry: "string",
  recent_signals: ["RecentSignal"],
  intent_score: "double",
  intent_change_percent: "double",
  topics: ["Topic"],
  other_open_deals: ["OtherDeal"],
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
  resolution: "Resolution",
  deal_status: "string",
  degraded: "strings",
} satisfies FieldsOf<Omit<SignalEnriched, "deal_context" | "account_context" | "enriched_at">>;

/**
 * A record at evaluation. The library tells types apart by constructor, so each has its own class. A field is converted
 * when it is first asked for, because most rules look at few of them; whoever walks the record sees all.
 */
export class CelRecord extends Map<string, unknown> {
  readonly #fields: readonly string[];
  readonly #read: (field: string) => unknown;

  /** `read` answers the value of a field, or undefined when it is absent. */
  constructor(fields: readonly string[] = [], read: (field: string) => unknown = () => undefined) {
    super();
    this.#fields = fields;
    this.#read = read;
  }

  override get(field: string): unknown {
    const known = super.get(field);
    if (known !== undefined || super.has(field)) return known;
    const value = this.#read(field);
    // An absent one is kept, too, so that it is read once.
    super.set(field, value);
    return value;
  }
  override has(field: string): boolean {
    return this.get(field) !== undefined;
  }
  override get size(): number {
    return this.#whole().size;
  }
  override entries() {
    return this.#whole().entries();
  }
  override keys() {
    return this.#whole().keys();
  }
  override values() {
    return this.#whole().values();
  }
  override [Symbol.iterator]() {
    return this.entries();
  }
  override forEach(each: (value: unknown, key: string, map: Map<string, unknown>) => void): void {
    for (const [field, value] of this.#whole()) each(value, field, this);
  }

  #whole(): ReadonlyMap<string, unknown> {
    const all = this.#fields.map((field) => [field, this.get(field)] as const);
    return new Map(all.filter(([, value]) => value !== undefined));
  }
}

type RecordType = { fields: Fields; names: readonly string[]; Class: typeof CelRecord };

export const RECORDS: Readonly<Record<RecordName, RecordType>> = {
  Person: record(PERSON, class Person extends CelRecord {}),
  Owner: record(OWNER, class Owner extends CelRecord {}),
  Contact: record(CONTACT, class Contact extends CelRecord {}),
  Task: record(TASK, class Task extends CelRecord {}),
  Stage: record(STAGE, class Stage extends CelRecord {}),
  Mention: record(MENTION, class Mention extends CelRecord {}),
  Deal: record(DEAL, class Deal extends CelRecord {}),
  RecentSignal: record(RECENT_SIGNAL, class RecentSignal extends CelRecord {}),
  Topic: record(TOPIC, class Topic extends CelRecord {}),
  OtherDeal: record(OTHER_DEAL, class OtherDeal extends CelRecord {}),
  Account: record(ACCOUNT, class Account extends CelRecord {}),
  Payload: record(PAYLOAD, class Payload extends CelRecord {}),
  Resolution: record(RESOLUTION, class Resolution extends CelRecord {}),
  Signal: record(SIGNAL, class Signal extends CelRecord {}),
};

function record(fields: Fields, Class: typeof CelRecord): RecordType {
  return { fields, names: Object.keys(fields), Class };
}

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

/** The ruleset's own named values, as a record like any other. */
export class CelValues extends CelRecord {}

/** Answers the type of a named value, or null when it is absent (null or blank). */
export function valueType(value: unknown): FieldType | null {
  if (typeof value === "string") return value.trim() === "" ? null : "string";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "int" : "double";
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "strings" : null;
}

/** For `when`, `reason`, `supersedes`, `facts`, targets and params. `values` are those of the ruleset. */
export function decisionEnvironment(values: Readonly<Record<string, unknown>> = {}): Environment {
  // An absent value keeps a type, so that has(values.name) compiles; a string is what people forget to fill in.
  const types = Object.entries(values).map(([name, value]) => [name, celType(valueType(value) ?? "string")] as const);
  return vocabulary()
    .registerType("Values", { ctor: CelValues, fields: Object.fromEntries(types) })
    .registerVariable("values", "Values")
    .registerVariable("signal", "Signal")
    .registerVariable("deal", "Deal")
    .registerVariable("account", "Account")
    .registerVariable("now", TIMESTAMP);
}

/** For `still_valid`, which is about a later moment: only what can be fetched anew by then is in it. */
export function validityEnvironment(): Environment {
  return vocabulary()
    .registerVariable("deal", "Deal")
    .registerVariable("account", "Account")
    .registerVariable("now", TIMESTAMP);
}
