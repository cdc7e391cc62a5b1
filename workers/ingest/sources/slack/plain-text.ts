// The text of a message as a person reads it. Rule: Slack's control sequences, all between < and >, become the words
// that Slack would show; so nobody is mentioned again by whoever repeats the text.
// Source: docs.slack.dev/messaging/formatting-message-text, "Retrieving messages"

/** Longer than people write; the contract would take more. */
const MAX_TEXT = 4_000;

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
/** All but tab and newline. */
const CONTROL = /[^\P{Cc}\t\n]/gu;

/** `text` without mark-up and control characters, trimmed and cut to 4,000 characters. */
export function plainTextOf(text: string): string {
  return text
    .replace(/<([^<>]*)>/g, (_sequence, inside: string) => wordsOf(inside))
    .replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(CONTROL, "")
    .trim()
    .slice(0, MAX_TEXT)
    .toWellFormed();
}

/** `@U1|ana` is @ana, `#C1|deals` is #deals, `!here` is @here, `!date^…|today` is today, `https://a.example|us` is us. */
function wordsOf(inside: string): string {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : inside.slice(bar + 1);
  const sigil = target.charAt(0);
  if (sigil === "@" || sigil === "#") return sigil + (label.replace(/^[@#]/, "") || target.slice(1));
  if (sigil === "!") return label || `@${target.slice(1).replace(/\^.*$/, "")}`;
  return label || target;
}
