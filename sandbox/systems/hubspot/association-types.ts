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
    { id: primary[0], inverse: primary[1], from, to, suffix: "", brings: plain[0] },
    { id: primary[1], inverse: primary[0], from: to, to: from, suffix: "", brings: plain[1] },
  ];
  return [there, back, ...pair(from, to, plain[0], plain[1], "_unlabeled")];
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
];

const BY_ID = new Map(TYPES.map((type) => [type.id, type]));

/** True when HubSpot has a type of this id in this direction. */
export function fits(typeId: number, from: ObjectType, to: ObjectType): boolean {
  const type = BY_ID.get(typeId);
  return type !== undefined && type.from === from && type.to === to;
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
  const candidates = TYPES.filter((type) => type.from === from && type.to === to);
  return (candidates.find((type) => type.suffix === "_unlabeled") ?? candidates[0])?.id;
}
