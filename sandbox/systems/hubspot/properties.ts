// HubSpot's properties, by object type, and what a write to them is checked for. HubSpot refuses a write that names
// an unknown property, sets a read-only one or does not fit the type; a read just leaves unknown names out.
// `dealwire_action_id` is the custom property that an account has to create with hasUniqueValue.
import { NAMING, type ObjectType } from "./object-types.ts";
import type { Outcome } from "./refusal.ts";
import { accepted, refused } from "./refusal.ts";

type Kind = "string" | "number" | "datetime" | "bool" | "owner" | { options: readonly string[] };
type Property = { kind: Kind; readOnly?: true; unique?: true };

const text: Property = { kind: "string" };
const number: Property = { kind: "number" };
const datetime: Property = { kind: "datetime" };
const owner: Property = { kind: "owner" };
const stamped: Property = { kind: "datetime", readOnly: true };
const computedText: Property = { kind: "string", readOnly: true };
const computedBool: Property = { kind: "bool", readOnly: true };
const computedNumber: Property = { kind: "number", readOnly: true };
const uniqueText: Property = { kind: "string", unique: true };
const oneOf = (...options: string[]): Property => ({ kind: { options } });
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, text]));

const DEAL_STAGES = [
  "appointmentscheduled",
  "qualifiedtobuy",
  "presentationscheduled",
  "decisionmakerboughtin",
  "contractsent",
  "closedwon",
  "closedlost",
] as const;

const ACTIVITY = {
  hs_timestamp: datetime,
  hubspot_owner_id: owner,
  dealwire_action_id: uniqueText,
  hs_createdate: stamped,
  hs_lastmodifieddate: stamped,
  hs_object_id: computedText,
};
const RECORD = {
  hubspot_owner_id: owner,
  createdate: datetime,
  hs_object_id: computedText,
  notes_last_updated: stamped,
  notes_last_contacted: stamped,
  notes_next_activity_date: stamped,
  hs_merged_object_ids: computedText,
  hubspot_owner_assigneddate: stamped,
};

const PROPERTIES: Readonly<Record<ObjectType, Readonly<Record<string, Property>>>> = {
  contacts: {
    ...RECORD,
    ...texts("firstname", "lastname", "jobtitle", "phone", "mobilephone", "company", "website", "city", "country"),
    ...texts("hs_lead_status", "hs_buying_role", "hs_linkedin_url", "lifecyclestage", "hs_timezone"),
    email: uniqueText,
    hs_email_optout: { kind: "bool" },
    lastmodifieddate: stamped,
    hs_sequences_is_enrolled: computedBool,
  },
  companies: {
    ...RECORD,
    ...texts("name", "domain", "industry", "city", "country", "description", "lifecyclestage", "phone", "website"),
    numberofemployees: number,
    annualrevenue: number,
    hs_lastmodifieddate: stamped,
    hs_num_open_deals: computedNumber,
  },
  deals: {
    ...RECORD,
    ...texts("dealname", "description", "hs_next_step", "closed_lost_reason", "closed_won_reason"),
    amount: number,
    closedate: datetime,
    dealstage: oneOf(...DEAL_STAGES),
    pipeline: oneOf("default"),
    dealtype: oneOf("newbusiness", "existingbusiness"),
    hs_priority: oneOf("low", "medium", "high"),
    hs_manual_forecast_category: oneOf("OMIT", "PIPELINE", "BEST_CASE", "COMMIT", "CLOSED"),
    hs_lastmodifieddate: stamped,
    hs_v2_date_entered_current_stage: stamped,
    hs_is_closed: computedBool,
    hs_is_closed_won: computedBool,
    hs_is_closed_lost: computedBool,
    hs_deal_stage_probability: computedNumber,
    days_to_close: computedNumber,
  },
  tasks: {
    ...ACTIVITY,
    ...texts("hs_task_subject", "hs_task_body", "hs_task_reminders", "hs_queue_membership_ids"),
    hs_task_status: oneOf("NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"),
    hs_task_priority: oneOf("LOW", "MEDIUM", "HIGH"),
    hs_task_type: oneOf("EMAIL", "CALL", "TODO"),
    hs_task_completion_date: stamped,
  },
  notes: { ...ACTIVITY, ...texts("hs_note_body", "hs_attachment_ids") },
  calls: {
    ...ACTIVITY,
    ...texts("hs_call_title", "hs_call_body", "hs_call_disposition", "hs_call_to_number", "hs_call_from_number"),
    hs_call_direction: oneOf("INBOUND", "OUTBOUND"),
    hs_call_status: oneOf("COMPLETED", "BUSY", "CANCELED", "FAILED", "NO_ANSWER", "QUEUED", "RINGING", "IN_PROGRESS"),
    hs_call_duration: number,
  },
  meetings: {
    ...ACTIVITY,
    ...texts("hs_meeting_title", "hs_meeting_body", "hs_internal_meeting_notes", "hs_meeting_location"),
    hs_meeting_start_time: datetime,
    hs_meeting_end_time: datetime,
    hs_meeting_outcome: oneOf("SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"),
  },
};

const REQUIRED_ON_CREATE: Partial<Record<ObjectType, readonly string[]>> = {
  tasks: ["hs_timestamp"],
  notes: ["hs_timestamp"],
  calls: ["hs_timestamp"],
  meetings: ["hs_timestamp"],
};

/** What the checks need to know about the account: its owners and the custom properties it has added. */
export type Account = {
  hasOwner(id: string): boolean;
  hasCustomProperty(type: ObjectType, name: string): boolean;
};

export function isProperty(type: ObjectType, name: string, account: Account): boolean {
  return Object.hasOwn(PROPERTIES[type], name) || account.hasCustomProperty(type, name);
}

/** True for properties that were created with hasUniqueValue, and for a contact's e-mail. */
export function isUnique(type: ObjectType, name: string): boolean {
  return Object.hasOwn(PROPERTIES[type], name) && PROPERTIES[type][name]?.unique === true;
}

export function uniqueProperties(type: ObjectType): string[] {
  return Object.keys(PROPERTIES[type]).filter((name) => PROPERTIES[type][name]?.unique);
}

/** How a value is compared in a search: as a number (also instants, in epoch ms) or as text. */
export function isOrdered(type: ObjectType, name: string): boolean {
  const kind = PROPERTIES[type][name]?.kind;
  return kind === "number" || kind === "datetime";
}

/** Epoch milliseconds of what HubSpot takes as a time: digits are epoch ms, anything else is ISO 8601. */
export function toEpochMs(value: string): number {
  return /^-?\d{9,}$/.test(value) ? Number(value) : Date.parse(value);
}

type Problem = { error: string; message: string };

function checkValue(property: Property | undefined, name: string, value: string, account: Account): Problem | string {
  const kind = property?.kind ?? "string";
  if (value === "" || kind === "string") return value;
  if (typeof kind === "object") {
    const allowed = kind.options.includes(value);
    return allowed
      ? value
      : {
          error: "INVALID_OPTION",
          message: `${value} was not one of the allowed options: [${kind.options.join(", ")}]`,
        };
  }
  switch (kind) {
    case "number":
      return Number.isFinite(Number(value)) && value.trim() !== ""
        ? value
        : { error: "INVALID_INTEGER", message: `${value} was not a valid number.` };
    case "datetime": {
      const ms = toEpochMs(value);
      return Number.isFinite(ms) && Math.abs(ms) < 8.64e15
        ? new Date(ms).toISOString()
        : { error: "INVALID_DATE", message: `${value} was not a valid date.` };
    }
    case "bool":
      return value === "true" || value === "false"
        ? value
        : { error: "INVALID_OPTION", message: `${value} was not one of the allowed options: [true, false]` };
    case "owner":
      return account.hasOwner(value)
        ? value
        : { error: "INVALID_OWNER_ID", message: `Owner ${value} does not exist or is not active (${name})` };
  }
}

/**
 * The values as HubSpot stores them: times as ISO 8601, an empty text as null (it clears the property).
 * Refused with 400 and one entry for each bad property, as HubSpot does.
 */
export function checkProperties(
  type: ObjectType,
  input: Readonly<Record<string, string>>,
  account: Account,
  mode: "create" | "update",
): Outcome<Record<string, string | null>> {
  const values: Record<string, string | null> = {};
  const problems: ({ isValid: false; name: string } & Problem)[] = [];
  for (const [name, raw] of Object.entries(input)) {
    const property = Object.hasOwn(PROPERTIES[type], name) ? PROPERTIES[type][name] : undefined;
    const checked = !isProperty(type, name, account)
      ? { error: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` }
      : property?.readOnly
        ? { error: "READ_ONLY_VALUE", message: `"${name}" is a read only property; its value cannot be set.` }
        : checkValue(property, name, raw, account);
    if (typeof checked === "string") values[name] = checked === "" ? null : checked;
    else problems.push({ isValid: false, name, ...checked });
  }
  if (problems.length > 0) {
    const message = `Property values were not valid: ${JSON.stringify(problems)}`;
    return refused({ status: 400, message, category: "VALIDATION_ERROR" });
  }
  const required = mode === "create" ? (REQUIRED_ON_CREATE[type] ?? []) : [];
  const unset = required.filter((name) => !values[name]);
  if (unset.length === 0) return accepted(values);
  return refused({
    status: 400,
    message: `Error creating ${NAMING[type].singular.toUpperCase()}. Some required properties were not set.`,
    category: "VALIDATION_ERROR",
    context: { properties: unset },
  });
}
