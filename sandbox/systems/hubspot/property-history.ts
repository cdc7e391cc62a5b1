// The values that a deal's properties had: what `propertiesWithHistory` answers, newest first.
import * as z from "zod";
import type { ObjectType } from "./object-types.ts";

/** One value and since when it was there. */
export const PropertyChange = z.object({
  value: z.string(),
  timestamp: z.string(),
  sourceType: z.string().default("API"),
});
export type PropertyChange = z.infer<typeof PropertyChange>;

type History = Readonly<Record<string, readonly PropertyChange[]>>;
/** HubSpot keeps 20 values of a contact's property, more of others. */
const KEPT = 50;

/** The history after a write; a property that kept its value gets no line. */
export function historyAfter(
  type: ObjectType,
  before: History,
  written: Readonly<Record<string, string | null>>,
  at: string,
): Record<string, PropertyChange[]> {
  const after: Record<string, PropertyChange[]> = {};
  for (const [name, lines] of Object.entries(before)) after[name] = [...lines];
  if (type !== "deals") return after;
  for (const [name, value] of Object.entries(written)) {
    const lines = after[name] ?? [];
    if (lines[0]?.value === (value ?? "")) continue;
    after[name] = [{ value: value ?? "", timestamp: at, sourceType: "API" }, ...lines].slice(0, KEPT);
  }
  return after;
}

/** The lines of the asked properties; one that never changed has the value it was created with. */
export function historyView(
  object: {
    properties: Readonly<Record<string, string | null>>;
    history: History;
    created_at: string;
  },
  asked: readonly string[],
) {
  const entries = asked.flatMap((name) => {
    const value = object.properties[name];
    const known = object.history[name];
    if (known !== undefined) return [[name, known] as const];
    return value ? [[name, [{ value, timestamp: object.created_at, sourceType: "CRM_UI" }]] as const] : [];
  });
  return { propertiesWithHistory: Object.fromEntries(entries) };
}
