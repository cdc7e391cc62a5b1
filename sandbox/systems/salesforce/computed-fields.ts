// What Salesforce computes from what is written: a stage's probability and state, a task's state, a person's name, the
// account of an activity. Nobody can write these but by what they follow from.
import type { Fields, Value } from "./fields.ts";
import { type SObjectType, STAGES } from "./sobject-types.ts";

type Get = (type: SObjectType, id: string) => { fields: Fields } | undefined;

/** `IsClosed`, `IsWon`, the default probability and forecast of a stage. */
export function stageOf(stage: Value): Fields {
  const found = STAGES.find(({ name }) => name === stage);
  if (found === undefined) return {};
  const forecast: Fields = found.closed ? { ForecastCategoryName: found.won ? "Closed" : "Omitted" } : {};
  return { IsClosed: found.closed, IsWon: found.won, Probability: found.probability, ...forecast };
}

/** The fields that follow; `before` is null for a new record, `written` what the caller named. */
export function computedFields(
  type: SObjectType,
  before: Fields | null,
  after: Fields,
  written: Fields,
  get: Get,
  now: number,
): Fields {
  const at = new Date(now).toISOString();
  switch (type) {
    case "Opportunity": {
      if (before !== null && before.StageName === after.StageName) return {};
      const { Probability, ...stage } = stageOf(after.StageName ?? null);
      const probability: Fields =
        "Probability" in written || Probability === undefined ? {} : { Probability: Probability ?? null };
      return { ...stage, ...probability, LastStageChangeDate: at };
    }
    case "Contact":
    case "Lead":
      return { Name: [after.FirstName, after.LastName].filter((part) => part).join(" ") };
    case "Task": {
      const closed = after.Status === "Completed";
      const completed: Fields = closed && before?.IsClosed !== true ? { CompletedDateTime: at } : {};
      return {
        IsClosed: closed,
        IsHighPriority: after.Priority === "High",
        AccountId: accountOf(after, get),
        ...completed,
      };
    }
    case "Event":
      return { AccountId: accountOf(after, get), ...times(after) };
    default:
      return {};
  }
}

function accountOf({ WhatId, WhoId }: Fields, get: Get): Value {
  if (typeof WhatId === "string" && WhatId.startsWith("001")) return WhatId;
  const related = typeof WhatId === "string" ? get("Opportunity", WhatId) : undefined;
  const person = typeof WhoId === "string" ? get("Contact", WhoId) : undefined;
  return related?.fields.AccountId ?? person?.fields.AccountId ?? null;
}

function times({ StartDateTime, DurationInMinutes }: Fields): Fields {
  if (typeof StartDateTime !== "string") return {};
  const end = Date.parse(StartDateTime) + Number(DurationInMinutes ?? 30) * 60_000;
  return {
    ActivityDateTime: StartDateTime,
    ActivityDate: StartDateTime.slice(0, 10),
    EndDateTime: new Date(end).toISOString(),
  };
}
