// Who is never mailed and never enrolled, whoever decided it: colleagues, competitors, a do-not-contact list, and whoever
// opted out in the CRM, which is asked right before the effect. Rule: when the CRM can't be asked, nothing is sent.
import type { ActionContent } from "#contract/action.ts";
import type { ActionPorts, Attempt } from "./actions/action-adapter.ts";
import type { ActionOutcome } from "./actions/action-outcome.ts";
import { emailOf } from "./actions/contact-email.ts";
import { optedOut } from "./actions/opted-out.ts";
import { personEmails } from "./actions/person-emails.ts";

export type SuppressionSettings = Readonly<
  Record<"INTERNAL_DOMAINS" | "COMPETITOR_DOMAINS" | "DO_NOT_CONTACT", string>
>;

type Suppressed =
  | { kind: "suppressed"; reason: string }
  /** It is not known, so nothing may be sent yet. */
  | { kind: "unclear"; outcome: ActionOutcome };

/** Null when everybody whom the action addresses may be addressed. */
export type Suppression = (content: ActionContent, attempt: Attempt, ports: ActionPorts) => Promise<Suppressed | null>;

/** `settings` hold domains and addresses, separated by spaces or commas; a domain covers those below it. */
export function createSuppression(settings: SuppressionSettings): Suppression {
  const lists = [
    { words: wordsOf(settings.DO_NOT_CONTACT), why: "is on the do-not-contact list" },
    { words: wordsOf(settings.INTERNAL_DOMAINS), why: "is a colleague" },
    { words: wordsOf(settings.COMPETITOR_DOMAINS), why: "works for a competitor" },
  ];
  return async (content, attempt, ports) => {
    const addressed = await addressesOf(content, attempt, ports);
    if (!Array.isArray(addressed)) return addressed;
    for (const address of addressed) {
      const listed = lists.find(({ words }) => isListed(address, words));
      if (listed !== undefined) return suppressed(listed.why);
      const answer = await optedOut(address, attempt, ports);
      if (!answer.ok) return { kind: "unclear", outcome: answer.outcome };
      if (answer.value) return suppressed("opted out in the CRM");
    }
    return null;
  };
}

async function addressesOf(
  content: ActionContent,
  attempt: Attempt,
  ports: ActionPorts,
): Promise<string[] | Suppressed | null> {
  switch (content.type) {
    case "draft_followup":
      return content.params.to.map(({ email }) => email.toLowerCase());
    case "enroll_sequence": {
      const { contact_id: contactId } = content.params;
      if (/^(hubspot|salesforce):/.test(contactId)) {
        const email = await emailOf(contactId, attempt, ports);
        return email.ok ? [email.value.toLowerCase()] : { kind: "unclear", outcome: email.outcome };
      }
      const emails = await personEmails(contactId, attempt, ports);
      return emails.ok
        ? emails.value.map((email) => email.toLowerCase())
        : { kind: "unclear", outcome: emails.outcome };
    }
    default:
      return null;
  }
}

/** The address itself stays out of the trail. */
function suppressed(why: string): Suppressed {
  return { kind: "suppressed", reason: `a recipient ${why}, so nothing was sent` };
}

function wordsOf(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .map((word) => word.replace(/^@/, ""))
    .filter((word) => word !== "");
}

function isListed(address: string, words: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return words.some((word) => (word.includes("@") ? word === address : domain === word || domain.endsWith(`.${word}`)));
}
