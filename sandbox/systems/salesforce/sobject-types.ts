// The objects of the Salesforce org and their fields, as far as dealwire reads and writes them. `Dealwire_Key__c` on Task
// is the custom field (External ID, Unique) that an org has to add, so that a task is made once.
// Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/

export const SOBJECT_TYPES = [
  "Account",
  "Contact",
  "Lead",
  "Opportunity",
  "OpportunityContactRole",
  "OpportunityHistory",
  "OpportunityFieldHistory",
  "Task",
  "Event",
  "User",
] as const;
export type SObjectType = (typeof SOBJECT_TYPES)[number];

type Kind = "string" | "number" | "boolean" | "date" | "datetime" | { options: readonly string[] };
export type Field = {
  kind: Kind;
  readOnly?: true;
  /** Most characters of a text; 255 when absent. */
  max?: number;
  /** An external id: unique, and a record can be addressed by it. */
  externalId?: true;
  /** The objects that a lookup may point to, and the name under which a query follows it. */
  lookup?: { to: readonly SObjectType[]; as: string };
};
type Description = {
  prefix: string;
  fields: Readonly<Record<string, Field>>;
  required: readonly string[];
  /** Set on create unless the caller does. */
  defaults: Readonly<Record<string, string | boolean | number>>;
  /** Child relationships for subqueries: name to the child's object and its lookup field. */
  children: Readonly<Record<string, { type: SObjectType; field: string }>>;
  /** History and people are the org's own; the API does not write them. */
  readOnly?: true;
};

const text: Field = { kind: "string" };
const long: Field = { kind: "string", max: 32_000 };
const number: Field = { kind: "number" };
const bool: Field = { kind: "boolean" };
const date: Field = { kind: "date" };
const datetime: Field = { kind: "datetime" };
const ro = (field: Field): Field => ({ ...field, readOnly: true });
const lookup = (as: string, ...to: SObjectType[]): Field => ({ kind: "string", max: 18, lookup: { as, to } });
const oneOf = (...options: string[]): Field => ({ kind: { options } });
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, text]));

const SYSTEM: Readonly<Record<string, Field>> = {
  Id: ro({ kind: "string", max: 18 }),
  IsDeleted: ro(bool),
  CreatedDate: ro(datetime),
  CreatedById: ro(lookup("CreatedBy", "User")),
  LastModifiedDate: ro(datetime),
  LastModifiedById: ro(lookup("LastModifiedBy", "User")),
  SystemModstamp: ro(datetime),
};
const OWNED = { ...SYSTEM, OwnerId: lookup("Owner", "User") };
const PERSON = { ...texts("FirstName", "LastName", "Title", "Email", "Phone", "LeadSource"), Name: ro(text) };
/** Where a record that was merged away went; set, it is deleted. */
const MERGEABLE = { MasterRecordId: ro({ kind: "string", max: 18 }) };
const ACTIVITY = {
  ...OWNED,
  WhatId: lookup("What", "Opportunity", "Account"),
  WhoId: lookup("Who", "Contact", "Lead"),
  AccountId: ro(lookup("Account", "Account")),
  Subject: text,
  Description: long,
};

export const STAGES: readonly { name: string; probability: number; closed: boolean; won: boolean }[] = [
  { name: "Prospecting", probability: 10, closed: false, won: false },
  { name: "Qualification", probability: 20, closed: false, won: false },
  { name: "Needs Analysis", probability: 40, closed: false, won: false },
  { name: "Proposal/Price Quote", probability: 65, closed: false, won: false },
  { name: "Negotiation/Review", probability: 80, closed: false, won: false },
  { name: "Closed Won", probability: 100, closed: true, won: true },
  { name: "Closed Lost", probability: 0, closed: true, won: false },
];

const described = (
  prefix: string,
  fields: Description["fields"],
  more: Partial<Omit<Description, "prefix" | "fields">> = {},
): Description => ({ prefix, fields, required: [], defaults: {}, children: {}, ...more });

const TASK_STATUS = ["Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"];

export const DESCRIPTIONS: Readonly<Record<SObjectType, Description>> = {
  Account: described(
    "001",
    {
      ...OWNED,
      ...MERGEABLE,
      ...texts("Name", "Website", "Industry", "Type", "Phone", "BillingCity", "BillingCountry"),
      Description: long,
      NumberOfEmployees: number,
      AnnualRevenue: number,
      ParentId: lookup("Parent", "Account"),
      LastActivityDate: ro(date),
    },
    {
      required: ["Name"],
      children: {
        Contacts: { type: "Contact", field: "AccountId" },
        Opportunities: { type: "Opportunity", field: "AccountId" },
        Tasks: { type: "Task", field: "WhatId" },
      },
    },
  ),
  Contact: described(
    "003",
    {
      ...OWNED,
      ...MERGEABLE,
      ...PERSON,
      ...texts("MobilePhone", "Department"),
      AccountId: lookup("Account", "Account"),
      HasOptedOutOfEmail: bool,
      LastActivityDate: ro(date),
    },
    {
      required: ["LastName"],
      defaults: { HasOptedOutOfEmail: false },
      children: { OpportunityContactRoles: { type: "OpportunityContactRole", field: "ContactId" } },
    },
  ),
  Lead: described(
    "00Q",
    {
      ...OWNED,
      ...PERSON,
      ...texts("Company", "Website", "Industry"),
      Status: oneOf("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"),
      HasOptedOutOfEmail: bool,
      IsConverted: ro(bool),
    },
    {
      required: ["LastName", "Company"],
      defaults: { Status: "Open - Not Contacted", HasOptedOutOfEmail: false, IsConverted: false },
    },
  ),
  Opportunity: described(
    "006",
    {
      ...OWNED,
      ...texts("LeadSource", "NextStep", "Type"),
      Name: { kind: "string", max: 120 },
      StageName: oneOf(...STAGES.map(({ name }) => name)),
      CloseDate: date,
      Amount: number,
      Probability: number,
      ForecastCategoryName: oneOf("Omitted", "Pipeline", "Best Case", "Commit", "Closed"),
      Description: long,
      AccountId: lookup("Account", "Account"),
      IsClosed: ro(bool),
      IsWon: ro(bool),
      LastActivityDate: ro(date),
      LastStageChangeDate: ro(datetime),
    },
    {
      required: ["Name", "StageName", "CloseDate"],
      defaults: { ForecastCategoryName: "Pipeline" },
      children: {
        OpportunityContactRoles: { type: "OpportunityContactRole", field: "OpportunityId" },
        OpportunityHistories: { type: "OpportunityHistory", field: "OpportunityId" },
        Histories: { type: "OpportunityFieldHistory", field: "OpportunityId" },
        Tasks: { type: "Task", field: "WhatId" },
        Events: { type: "Event", field: "WhatId" },
      },
    },
  ),
  OpportunityContactRole: described(
    "00K",
    {
      ...SYSTEM,
      OpportunityId: lookup("Opportunity", "Opportunity"),
      ContactId: lookup("Contact", "Contact"),
      Role: text,
      IsPrimary: bool,
    },
    { required: ["OpportunityId", "ContactId"], defaults: { IsPrimary: false } },
  ),
  OpportunityHistory: described(
    "008",
    {
      ...SYSTEM,
      OpportunityId: lookup("Opportunity", "Opportunity"),
      StageName: text,
      Amount: number,
      CloseDate: date,
      Probability: number,
      ForecastCategory: text,
    },
    { readOnly: true },
  ),
  OpportunityFieldHistory: described(
    "017",
    { ...SYSTEM, OpportunityId: lookup("Opportunity", "Opportunity"), ...texts("Field", "OldValue", "NewValue") },
    { readOnly: true },
  ),
  Task: described(
    "00T",
    {
      ...ACTIVITY,
      Status: oneOf(...TASK_STATUS),
      Priority: oneOf("High", "Normal", "Low"),
      ActivityDate: date,
      Type: text,
      TaskSubtype: oneOf("Task", "Email", "Call", "ListEmail", "Cadence", "LinkedIn"),
      Dealwire_Key__c: { kind: "string", max: 255, externalId: true },
      IsClosed: ro(bool),
      IsHighPriority: ro(bool),
      CompletedDateTime: ro(datetime),
      IsReminderSet: bool,
      ReminderDateTime: datetime,
    },
    { defaults: { Status: "Not Started", Priority: "Normal", TaskSubtype: "Task" } },
  ),
  Event: described(
    "00U",
    {
      ...ACTIVITY,
      StartDateTime: datetime,
      EndDateTime: datetime,
      ActivityDateTime: datetime,
      ActivityDate: date,
      DurationInMinutes: number,
      Location: text,
      Type: text,
      IsAllDayEvent: bool,
    },
    { required: ["StartDateTime"], defaults: { DurationInMinutes: 30, IsAllDayEvent: false } },
  ),
  User: described(
    "005",
    {
      ...SYSTEM,
      ...texts("Username", "Name", "FirstName", "LastName", "Email", "Title", "TimeZoneSidKey"),
      ManagerId: lookup("Manager", "User"),
      IsActive: bool,
    },
    { readOnly: true },
  ),
};

/** The object of that name, in any case as Salesforce takes it. */
export function sobjectType(name: string): SObjectType | undefined {
  return SOBJECT_TYPES.find((type) => type.toLowerCase() === name.toLowerCase());
}

/** A field's proper name, whatever case it was written in. */
export function fieldName(type: SObjectType, name: string): string | undefined {
  const { fields } = DESCRIPTIONS[type];
  if (Object.hasOwn(fields, name)) return name;
  return Object.keys(fields).find((known) => known.toLowerCase() === name.toLowerCase());
}
