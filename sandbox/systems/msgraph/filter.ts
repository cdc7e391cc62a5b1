// The part of OData's `$filter` that finds messages: comparisons with `eq` (times with `ge`), joined by `and`, and the lookup by an
// extended property. Anything else is refused rather than ignored, as Graph does.
// Source: https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get
import type { Message } from "./mailbox.ts";

type Test = (message: Message) => boolean;
const EXTENDED =
  /^singleValueExtendedProperties\/any\(\s*(\w+)\s*:\s*\1\/id eq '((?:[^']|'')*)' and \1\/value eq '((?:[^']|'')*)'\s*\)/i;
const EQUALS =
  /^(isDraft|conversationId|internetMessageId|subject|from\/emailAddress\/address) eq (true|false|'((?:[^']|'')*)')/i;
const SINCE = /^receivedDateTime ge (\d{4}-\d\d-\d\dT[\d:.]+Z)/i;

/** The test that a filter stands for, or null when it is not understood. */
export function messageFilter(filter: string): Test | null {
  const tests: Test[] = [];
  let rest = filter.trim();
  while (rest !== "") {
    const extended = EXTENDED.exec(rest);
    const equals = extended === null ? EQUALS.exec(rest) : null;
    const since = SINCE.exec(rest);
    const test = extended ? byProperty(extended) : equals ? byField(equals) : since ? byTime(since) : null;
    if (test === null) return null;
    tests.push(test);
    rest = rest.slice((extended ?? equals ?? since)?.[0].length ?? 0);
    const joint = /^\s+and\s+/i.exec(rest);
    if (joint === null && rest.trim() !== "") return null;
    rest = joint === null ? "" : rest.slice(joint[0].length);
    if (joint !== null && rest === "") return null;
  }
  return (message) => tests.every((test) => test(message));
}

const unquote = (text: string | undefined) => (text ?? "").replaceAll("''", "'");

function byProperty([, , id, value]: RegExpExecArray): Test {
  return ({ content }) =>
    (content.singleValueExtendedProperties ?? []).some(
      (property) => property.id.toLowerCase() === unquote(id).toLowerCase() && property.value === unquote(value),
    );
}

function byTime([, since = ""]: RegExpExecArray): Test {
  return ({ created_at }) => created_at >= Date.parse(since);
}

function byField([, field = "", literal, quoted]: RegExpExecArray): Test | null {
  const isFlag = field.toLowerCase() === "isdraft";
  if (isFlag !== (quoted === undefined)) return null;
  switch (field.toLowerCase()) {
    case "isdraft":
      return (message) => String(message.folder === "drafts") === literal?.toLowerCase();
    case "conversationid":
      return (message) => message.conversation_id === unquote(quoted);
    case "from/emailaddress/address":
      return ({ content }) => content.from?.emailAddress.address.toLowerCase() === unquote(quoted).toLowerCase();
    case "internetmessageid":
      return (message) => message.internet_message_id === unquote(quoted);
    default:
      return (message) => (message.content.subject ?? "") === unquote(quoted);
  }
}
