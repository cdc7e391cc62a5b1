// What is true of an action in one line: until when it waits and what happens then, or who settled it, how and why.
// Rule: mrkdwn; whatever a person or another system wrote is escaped.
import { cutToFit, escapeMrkdwn, slackTime } from "#connectors/slack-mrkdwn.ts";
import type { ActionSnapshot, Actor } from "#contract/action-state.ts";
import { STATE_LABELS, wordsOf } from "#web/components/words.ts";

/** For somebody who is asked. */
export function deadlineLine({ action, due_at, held }: ActionSnapshot): string {
  if (held !== null) {
    const until = held.until === null ? "" : `, until ${slackTime(held.until)}`;
    return `Held back: ${quoted(held.reason)}${until}. You can approve it all the same.`;
  }
  const onTimeout = action.approval === "auto" ? "execute" : action.approval.on_timeout;
  if (due_at === null || onTimeout === "wait") return "Waits until somebody decides.";
  const what = onTimeout === "execute" ? wordsOf(action).byItself : "Expires";
  return `*${what}* ${slackTime(due_at)} unless somebody decides.`;
}

export function settledLine({ state, released_by, decided_by, note, error }: ActionSnapshot): string {
  const because = [note, error].filter((each) => each !== null).map(quoted);
  return [headline(state, released_by, decided_by), ...because].join("\n");
}

function headline(
  state: ActionSnapshot["state"],
  releasedBy: ActionSnapshot["released_by"],
  decidedBy: Actor | null,
): string {
  const by =
    decidedBy?.kind === "person" ? ` by ${escapeMrkdwn(decidedBy.id)} ${VIA_WORDS[decidedBy.via]}`.trimEnd() : "";
  switch (state) {
    case "released":
    case "executing":
      if (releasedBy === "approval") return `*Approved*${by}.`;
      return releasedBy === "timeout" ? "*Runs by itself*: nobody decided in time." : "*On its way*.";
    case "expired":
      return "*Expired*: nobody decided in time.";
    default:
      return `*${STATE_LABELS[state].text}*${by}.`;
  }
}

const VIA_WORDS = {
  page: "on the page",
  api: "through the API",
  slack: "in Slack",
  link: "by a link",
  alarm: "",
  policy: "",
  execute: "",
  signal: "",
} as const satisfies Record<Actor["via"], string>;

function quoted(text: string): string {
  return escapeMrkdwn(cutToFit(text, 500).text);
}
