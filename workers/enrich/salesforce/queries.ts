// What enrichment asks Salesforce, as SOQL. Rules: every list has an order and a limit, so that the same data gives the
// same answer; ids go in only after they were read as ids, and texts only through `soqlText`.
import { soqlText } from "#connectors/salesforce.ts";

/** The contract takes 100 contacts and 100 open tasks; one more tells that there are more. */
export const MAX_READ = 100;

const DEAL_FIELDS =
  "Id, Name, StageName, Amount, CloseDate, IsClosed, IsWon, NextStep, OwnerId, AccountId, LastActivityDate, " +
  "LastStageChangeDate, CreatedDate";
const ACCOUNT_FIELDS = "Id, Name, Website, Industry, NumberOfEmployees";
const CONTACT_FIELDS = "Id, Email, AccountId";
const SUMMARY_FIELDS = ["Id", "Name", "Amount", "LastActivityDate", "CreatedDate"];

/**
 * The five queries of one composite call. The history has a row for each change of stage, amount or close date, so it
 * serves without field history tracking, which an org may not have switched on.
 */
export function dealQueries(id: string) {
  return {
    deal: `SELECT ${DEAL_FIELDS} FROM Opportunity WHERE Id = '${id}'`,
    contacts:
      "SELECT ContactId, Role, Contact.Name, Contact.Email, Contact.Title, Contact.HasOptedOutOfEmail " +
      `FROM OpportunityContactRole WHERE OpportunityId = '${id}' ORDER BY Id LIMIT ${MAX_READ + 1}`,
    tasks:
      `SELECT Id, Subject, ActivityDate FROM Task WHERE WhatId = '${id}' AND IsClosed = false ` +
      `ORDER BY Id DESC LIMIT ${MAX_READ + 1}`,
    events: `SELECT StartDateTime FROM Event WHERE WhatId = '${id}' ORDER BY StartDateTime DESC LIMIT 50`,
    history:
      `SELECT StageName, CloseDate, CreatedDate FROM OpportunityHistory WHERE OpportunityId = '${id}' ` +
      "ORDER BY CreatedDate DESC LIMIT 200",
  };
}

export function ownerQuery(id: string): string {
  return `SELECT Id, Name, Email, TimeZoneSidKey, Manager.Id, Manager.Name, Manager.Email FROM User WHERE Id = '${id}'`;
}

export function accountQuery(id: string): string {
  return `SELECT ${ACCOUNT_FIELDS} FROM Account WHERE Id = '${id}'`;
}

/** A website is free text, and Salesforce can't index a search inside it: the usual ways to write one are asked for. */
export function accountByDomainQuery(domain: string): string {
  const hosts = [domain, `www.${domain}`];
  const sites = hosts.flatMap((host) => [host, `http://${host}`, `https://${host}`]);
  const written = sites.flatMap((site) => [site, `${site}/`]).map(soqlText);
  return `SELECT ${ACCOUNT_FIELDS} FROM Account WHERE Website IN (${written.join(", ")}) ORDER BY Id LIMIT 1`;
}

export function contactQuery(id: string): string {
  return `SELECT ${CONTACT_FIELDS} FROM Contact WHERE Id = '${id}'`;
}

/** Where an account or a contact went that was merged away; asked of all records, the deleted ones included. */
export function survivorQuery(object: "Account" | "Contact", id: string): string {
  return `SELECT MasterRecordId FROM ${object} WHERE Id = '${id}' AND IsDeleted = true`;
}

export function contactByEmailQuery(email: string): string {
  return `SELECT ${CONTACT_FIELDS} FROM Contact WHERE Email = ${soqlText(email)} ORDER BY Id LIMIT 1`;
}

export function openDealsOfAccountQuery(id: string): string {
  const from = `FROM Opportunity WHERE AccountId = '${id}' AND IsClosed = false`;
  return `SELECT ${SUMMARY_FIELDS.join(", ")} ${from} ORDER BY Id LIMIT ${MAX_READ + 1}`;
}

/** A contact is on a deal by its role in it. */
export function openDealsOfContactQuery(id: string): string {
  const fields = SUMMARY_FIELDS.map((field) => `Opportunity.${field}`).join(", ");
  const from = `FROM OpportunityContactRole WHERE ContactId = '${id}' AND Opportunity.IsClosed = false`;
  return `SELECT ${fields} ${from} ORDER BY OpportunityId LIMIT ${MAX_READ + 1}`;
}
