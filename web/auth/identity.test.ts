import { expect, test } from "vitest";
import { ANA, BEN, DANA, OLA, PEOPLE, snapshot, VERA } from "../sample-site.ts";
import { mayLookAt, notAllowedTo } from "./identity.ts";

const owner = (email: string, manager: string | null = null) => ({
  id: "hubspot:1",
  name: "Somebody",
  email,
  time_zone: null,
  manager: manager === null ? null : { id: "hubspot:9", name: "Manager", email: manager },
});
const may = (email: string, action: ReturnType<typeof snapshot>) => {
  const identity = PEOPLE.find((one) => one.email === email);
  return identity !== undefined && notAllowedTo(identity, action) === null;
};
const of = (email: string, manager: string | null = null) => snapshot(1, { action: { owner: owner(email, manager) } });

test("a rep decides on their own, in whatever case the CRM writes the address, and on nobody else's", () => {
  expect([may(ANA, of(ANA)), may(ANA, of(ANA.toUpperCase())), may(ANA, of(BEN))]).toEqual([true, true, false]);
});

test("what nobody owns is for every rep and manager, and for no viewer", () => {
  const unowned = snapshot(1, { action: { owner: null } });
  expect([ANA, DANA, OLA, VERA].map((who) => may(who, unowned))).toEqual([true, true, true, false]);
});

test("a manager decides on the team's, also where only the CRM knows that it is theirs", () => {
  expect([may(DANA, of(ANA)), may(DANA, of(BEN)), may(DANA, of(BEN, DANA))]).toEqual([true, false, true]);
});

test("whoever was asked when the deadline came near may decide", () => {
  const escalated_to = { id: "email:x", name: "Ana", email: ANA };
  expect(may(ANA, { ...of(BEN), escalated_to })).toBe(true);
  expect(may(VERA, { ...of(BEN), escalated_to: { ...escalated_to, email: VERA } })).toBe(false);
});

test("what is somebody else's is shown to their manager, to viewers and operators, and to nobody else", () => {
  const sees = (action: ReturnType<typeof snapshot>) =>
    PEOPLE.filter((identity) => mayLookAt(identity, action)).map(({ email }) => email);
  expect(sees(of(ANA))).toEqual([ANA, DANA, VERA, OLA]);
  expect(sees(of(BEN))).toEqual([BEN, VERA, OLA]);
  expect(sees(snapshot(1, { action: { owner: null } }))).toEqual(PEOPLE.map(({ email }) => email));
});

test("being named as a manager in the CRM gives a rep nothing", () => {
  expect(may(ANA, of(BEN, ANA))).toBe(false);
});
