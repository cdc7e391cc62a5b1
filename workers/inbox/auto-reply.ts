// Mail that a machine answered with. Rule: an absence means nothing for a deal; that somebody has left does, and because
// only prose says so, few and plain phrases count.
import { headerOf, type Mail } from "./mail.ts";

/** RFC 3834 §5, and what Exchange and older responders write instead. */
export function isAutoReply(mail: Mail): boolean {
  const submitted = headerOf(mail, "auto-submitted")?.trim().toLowerCase() ?? "no";
  if (!submitted.startsWith("no") || headerOf(mail, "x-autoreply") !== null) return true;
  if (/^(auto_reply|auto-reply)$/i.test(headerOf(mail, "precedence")?.trim() ?? "")) return true;
  return /^\s*(automatic reply|auto(matic)?[- ]?(reply|response)|out of (the )?office|abwesenheitsnotiz|automatische antwort|r[ée]ponse automatique)\b/i.test(
    mail.subject,
  );
}

const LEFT = [
  /\bno longer (works?|working|employed|an employee|part of|with|at (?!my\b))/i,
  /\b(has|have|’ve|'ve) left (the |our )?(company|organi[sz]ation|firm|business)\b/i,
  /\bnicht mehr (für|bei|im unternehmen|in unserem)\b/i,
  /\bne (fait|travaille) plus (partie|chez|pour)\b/i,
];

/** The beginning is where it is said; a quoted thread may say anything. */
const MAX_READ = 2_000;

/** Whether an automatic reply says that its author left. */
export function saysLeft({ subject, text }: Pick<Mail, "subject" | "text">): boolean {
  const said = `${subject}\n${text.slice(0, MAX_READ)}`;
  return LEFT.some((phrase) => phrase.test(said));
}
