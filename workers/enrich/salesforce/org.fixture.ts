// For tests: a Salesforce behind a fetch, with the wire shapes of the real one. Rule: it logs in whoever asks, answers
// each query by the object it reads from, and remembers what it was asked.

/** Rows by what follows FROM. */
export type Org = Record<string, Record<string, unknown>[]>;
export type OrgFault = { from: string; status: number; errorCode: string };

export const DEAL = "0062000000ZZpewAAD";
export const ACCOUNT = "0012000001AOHpxAAH";
export const CONTACT = "003200000000001AAA";
/** Merged into the other two. */
export const FORMER_ACCOUNT = "001200000000077AAA";
export const FORMER_CONTACT = "003200000000077AAA";
const OWNER = "005B0000005iVeGIAU";

/** One opportunity of Acme with an account, an owner who has a manager, a contact, a task, two events and a history. */
export function org(): Org {
  const opportunity = {
    Id: DEAL,
    Name: "Acme rollout",
    StageName: "Proposal/Price Quote",
    Amount: 2000.5,
    CloseDate: "2026-12-03",
    IsClosed: false,
    IsWon: false,
    NextStep: "Send the order form",
    OwnerId: OWNER,
    AccountId: ACCOUNT,
    LastActivityDate: "2026-11-07",
    LastStageChangeDate: "2026-11-18T09:00:00.000+0000",
    CreatedDate: "2026-09-01T00:00:00.000+0000",
  };
  const person = { Name: "Ben Osei", Email: "ben@acme.com", Title: "CFO", HasOptedOutOfEmail: false };
  return {
    Opportunity: [opportunity],
    OpportunityContactRole: [{ ContactId: CONTACT, Role: "Economic Buyer", Contact: person, Opportunity: opportunity }],
    Task: [{ Id: "00T200000000001EAA", Subject: "Call", ActivityDate: "2026-11-25" }],
    Event: [{ StartDateTime: "2026-11-24T15:00:00.000+0000" }, { StartDateTime: "2026-11-06T15:00:00.000+0000" }],
    OpportunityHistory: [
      { StageName: "Proposal/Price Quote", CloseDate: "2026-12-03", CreatedDate: "2026-11-18T09:00:00.000+0000" },
      { StageName: "Qualification", CloseDate: "2026-11-20", CreatedDate: "2026-10-01T00:00:00.000+0000" },
      { StageName: "Qualification", CloseDate: "2026-11-30", CreatedDate: "2026-09-01T00:00:00.000+0000" },
    ],
    User: [
      {
        Id: OWNER,
        Name: "Ana Duarte",
        Email: "ana@us.com",
        TimeZoneSidKey: "Europe/Lisbon",
        Manager: { Id: "005B0000005iVeHIAU", Name: "Mia Berg", Email: "mia@us.com" },
      },
    ],
    Account: [
      { Id: ACCOUNT, Name: "Acme", Website: "https://www.Acme.com/en", Industry: "Technology", NumberOfEmployees: 250 },
    ],
    Contact: [{ Id: CONTACT, Email: "ben@acme.com", AccountId: ACCOUNT }],
  };
}

/** A fetch that is Salesforce, and the requests it got: `POST /services/data/v66.0/composite`. */
export function fakeSalesforce(data: Org, ...faults: OrgFault[]) {
  const calls: string[] = [];
  const queries: string[] = [];
  const traces: (string | null)[] = [];
  const answer = (soql: string): { status: number; body: unknown } => {
    queries.push(soql);
    const from = /\) FROM (\w+)|FROM (\w+)/.exec(soql)?.slice(1).find(Boolean) ?? "";
    const broken = faults.find((fault) => fault.from === from);
    if (broken) return { status: broken.status, body: [{ message: "fault", errorCode: broken.errorCode }] };
    const wanted = /(?:Id|Email|Website|ContactId) (?:= |IN \()'([^']+)'/.exec(soql)?.[1] ?? "";
    const master = { [FORMER_ACCOUNT]: ACCOUNT, [FORMER_CONTACT]: CONTACT }[wanted];
    if (soql.startsWith("SELECT MasterRecordId")) {
      const merged = master === undefined ? [] : [{ MasterRecordId: master }];
      return { status: 200, body: { totalSize: merged.length, done: true, records: merged } };
    }
    const known = [DEAL, ACCOUNT, CONTACT, OWNER, "ben@acme.com", "acme.com"].includes(wanted);
    const records = known ? (data[from] ?? []) : [];
    return { status: 200, body: { totalSize: records.length, done: true, records } };
  };
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    if (url.pathname === "/services/oauth2/token") {
      return Response.json({ access_token: "00D!x", instance_url: "https://acme.my.salesforce.com" });
    }
    calls.push(`${init?.method ?? "GET"} ${url.pathname}`);
    traces.push(new Headers(init?.headers).get("traceparent"));
    if (url.pathname.endsWith("/composite")) {
      const { compositeRequest }: { compositeRequest: { url: string; referenceId: string }[] } = JSON.parse(
        String(init?.body),
      );
      const compositeResponse = compositeRequest.map(({ url: part, referenceId }) => {
        const { status, body } = answer(new URL(part, url).searchParams.get("q") ?? "");
        return { body, httpHeaders: {}, httpStatusCode: status, referenceId };
      });
      return Response.json({ compositeResponse });
    }
    const { status, body } = answer(url.searchParams.get("q") ?? "");
    return Response.json(body, { status });
  };
  return { fetch, calls, queries, traces };
}
