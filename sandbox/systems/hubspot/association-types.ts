// HubSpot's own association types: each has a direction and an inverse, and a "primary" one brings its unlabelled
// twin along, so one company can be listed twice on a deal.
// Source: https://developers.hubspot.com/docs/guides/api/crm/associations/associations-v4#association-type-id-values
import { NAMING, type ObjectType } from "./object-types.ts";

type AssociationType = {
  id: number;
  inverse: number;
  from: ObjectType;
  to: ObjectType;
  suffix: string;
  brings?: number;
  /** What people see; only primary companies and the account's own types have one. */
  label?: string;
  category?: "USER_DEFINED";
};

function pair(from: ObjectType, to: ObjectType, id: number, inverse: number, suffix = ""): AssociationType[] {
  return [
    { id, inverse, from, to, suffix },
    { id: inverse, inverse: id, from: to, to: from, suffix },
  ];
}

/** A primary type and its unlabelled twin, both with their inverses. */
function primaryPair(
  from: ObjectType,
  to: ObjectType,
  primary: [id: number, inverse: number],
  plain: [id: number, inverse: number],
): AssociationType[] {
  const [there, back] = [
    { id: primary[0], inverse: primary[1], from, to, suffix: "", brings: plain[0], label: "Primary" },
    { id: primary[1], inverse: primary[0], from: to, to: from, suffix: "", brings: plain[1], label: "Primary" },
  ];
  return [there, back, ...pair(from, to, plain[0], plain[1], "_unlabeled")];
}

/** A label that the account defined; it comes along with the plain association of the two objects. */
function labelled(from: ObjectType, to: ObjectType, id: number, inverse: number, label: string): AssociationType[] {
  const suffix = `_${label.toLowerCase().replaceAll(" ", "_")}`;
  const [there, back] = from === "deals" ? [3, 4] : [4, 3];
  const own = { label, suffix, category: "USER_DEFINED" } as const;
  return [
    { id, inverse, from, to, brings: there, ...own },
    { id: inverse, inverse: id, from: to, to: from, brings: back, ...own },
  ];
}

const TYPES: readonly AssociationType[] = [
  ...primaryPair("contacts", "companies", [1, 2], [279, 280]),
  ...pair("deals", "contacts", 3, 4),
  ...primaryPair("deals", "companies", [5, 6], [341, 342]),
  ...pair("tasks", "contacts", 204, 203),
  ...pair("tasks", "companies", 192, 191),
  ...pair("tasks", "deals", 216, 215),
  ...pair("notes", "contacts", 202, 201),
  ...pair("notes", "companies", 190, 189),
  ...pair("notes", "deals", 214, 213),
  ...pair("calls", "contacts", 194, 193),
  ...pair("calls", "companies", 182, 181),
  ...pair("calls", "deals", 206, 205),
  ...pair("meetings", "contacts", 200, 199),
  ...pair("meetings", "companies", 188, 187),
  ...pair("meetings", "deals", 212, 211),
  // The account's own labels for people on a deal.
  ...labelled("deals", "contacts", 11, 12, "Decision maker"),
  ...labelled("deals", "contacts", 13, 14, "Champion"),
  ...labelled("deals", "contacts", 15, 16, "Economic buyer"),
];

const BY_ID = new Map(TYPES.map((type) => [type.id, type]));

/** True when the account has a type of this category and id in this direction. */
export function fits(category: string, typeId: number, from: ObjectType, to: ObjectType): boolean {
  const type = BY_ID.get(typeId);
  return type !== undefined && type.from === from && type.to === to && categoryOf(type) === category;
}

function categoryOf({ category }: AssociationType): string {
  return category ?? "HUBSPOT_DEFINED";
}

/** The types between two objects, as the labels endpoint and the v4 reads show them. */
export function associationLabels(from: ObjectType, to: ObjectType) {
  return TYPES.filter((type) => type.from === from && type.to === to).map((type) => shown(type));
}

/** One type as v4 reads show it. */
export function associationLabel(typeId: number) {
  const type = BY_ID.get(typeId);
  return type === undefined ? { category: "HUBSPOT_DEFINED", typeId, label: null } : shown(type);
}

function shown(type: AssociationType) {
  return { category: categoryOf(type), typeId: type.id, label: type.label ?? null };
}

/** The type itself and, for a primary one, the unlabelled type that HubSpot adds with it. */
export function withCompanions(typeId: number): number[] {
  const twin = BY_ID.get(typeId)?.brings;
  return twin === undefined ? [typeId] : [typeId, twin];
}

export function inverseOf(typeId: number): number {
  return BY_ID.get(typeId)?.inverse ?? typeId;
}

/** `deal_to_contact`, `deal_to_company_unlabeled`, … as reads name it. */
export function associationName(typeId: number): string {
  const type = BY_ID.get(typeId);
  return type === undefined
    ? `type_${typeId}`
    : `${NAMING[type.from].singular}_to_${NAMING[type.to].singular}${type.suffix}`;
}

/** The most generic type between two objects, used by the `default` endpoints; undefined when there is none. */
export function defaultType(from: ObjectType, to: ObjectType): number | undefined {
  const candidates = TYPES.filter((type) => type.from === from && type.to === to && !type.category);
  return (candidates.find((type) => type.suffix === "_unlabeled") ?? candidates[0])?.id;
}
