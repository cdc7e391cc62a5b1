// What the page shows of HubSpot's sequences: who was enrolled, by whom.
import type { Section } from "../../page-section.ts";
import { collection } from "../../store.ts";
import { Enrollment } from "./sequences.ts";

export const hubspotEnrollments: Section = {
  title: "HubSpot sequence enrolments",
  empty: "Nobody is enrolled.",
  items: ({ store }) =>
    collection(store, "hubspot", "enrollments", Enrollment)
      .list()
      .map((one) => ({
        at: one.enrolled_at,
        title: `sequence ${one.sequence_id}${one.active ? "" : " · ended"}`,
        text: `${one.sender_email} → ${one.to_email}`,
      })),
};
