// Who somebody in Slack is here. Rule: it fails closed. The signature proves that Slack sent it and nothing about the
// person; whoever is not one of the people of this installation, by their member id, decides on nothing.
import type { Identity } from "#web/auth/identity.ts";
import type { PeopleReader } from "#web/auth/people.ts";
import type { CardStore } from "./card-store.ts";

export type WhoPorts = { store: Pick<CardStore, "emailOf">; people: PeopleReader };

export async function whoClicked(slackUserId: string, { store, people }: WhoPorts): Promise<Identity | null> {
  const email = await store.emailOf(slackUserId);
  return email === null ? null : people.identify(email);
}

export const STRANGER = "I don't know you, so nothing was changed. Ask an operator to put you under People.";
