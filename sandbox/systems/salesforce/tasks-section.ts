// What the page shows of Salesforce: the tasks that dealwire made, by their external id.
import type { Section } from "../../page-section.ts";
import { org } from "./records.ts";

export const salesforceTasks: Section = {
  title: "Salesforce tasks by dealwire",
  empty: "No task yet.",
  items: (deps) =>
    org(deps, "")
      .list("Task")
      .filter(({ fields, is_deleted }) => fields.Dealwire_Key__c && !is_deleted)
      .map(({ id, fields }) => ({
        at: String(fields.CreatedDate ?? ""),
        title: `task ${id} · due ${fields.ActivityDate ?? "–"} · ${fields.Status ?? ""}`,
        text: [fields.Subject, fields.Description].filter((part) => part).join("\n"),
      })),
};
