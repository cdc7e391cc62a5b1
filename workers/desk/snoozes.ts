// For how long a decision can be put off with one click, the same on the page and in Slack.
export const SNOOZES = [
  { seconds: 3_600, text: "1 hour" },
  { seconds: 14_400, text: "4 hours" },
  { seconds: 86_400, text: "1 day" },
  { seconds: 3 * 86_400, text: "3 days" },
] as const;
