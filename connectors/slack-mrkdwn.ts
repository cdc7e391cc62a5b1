// Text that others wrote as Slack's mrkdwn. Rule: nothing of it becomes a mention, a link or a command; `&`, `<` and `>`
// are Slack's only control characters (https://docs.slack.dev/messaging/formatting-message-text).

export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** `text`, or as much of it as has at most `limit` UTF-16 units when it is escaped; never half a character. */
export function cutToFit(text: string, limit: number): { text: string; cut: boolean } {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += escapeMrkdwn(character).length;
    if (length > limit) return { text: text.slice(0, end), cut: true };
    end += character.length;
  }
  return { text, cut: false };
}

/** A moment (ISO 8601) as each reader's own clock shows it; without Slack's help it is shown in UTC. */
export function slackTime(at: string): string {
  const fallback = `${at.slice(0, 16).replace("T", " ")} UTC`;
  return `<!date^${Math.floor(Date.parse(at) / 1_000)}^{date_short_pretty} {time}|${fallback}>`;
}
