import { expect, test } from "vitest";
import { isAutoReply, saysLeft } from "./auto-reply.ts";
import type { Mail } from "./mail.ts";

const mail = (subject: string, ...headers: readonly (readonly [string, string])[]): Mail => ({
  headers: headers.map(([name, value]) => ({ name, value })),
  author: "ana@northwind.example",
  messageId: "<1>",
  subject,
  text: "",
  isReply: true,
  sentAt: null,
  attachments: [],
});

test.for([
  ["Re: x", ["auto-submitted", "auto-replied"], true],
  ["Re: x", ["auto-submitted", "no"], false],
  ["Re: x", ["x-autoreply", "yes"], true],
  ["Re: x", ["precedence", "auto_reply"], true],
  ["Re: x", ["precedence", "bulk"], false],
  ["Automatische Antwort: x", ["to", "a"], true],
  ["Out of office: x", ["to", "a"], true],
  ["Re: our automatic reply feature", ["to", "a"], false],
  // Exchange puts it on ordinary mail, too.
  ["Re: x", ["x-auto-response-suppress", "All"], false],
] as const)("%s with %j is automatic: %s", ([subject, header, automatic]) => {
  expect(isAutoReply(mail(subject, header))).toBe(automatic);
});

test.for([
  ["Ana is no longer with Northwind.", true],
  ["Ana no longer works here", true],
  ["I've left the company", true],
  ["Frau Duarte ist nicht mehr bei uns tätig", true],
  ["Ana ne fait plus partie de l'entreprise", true],
  ["I have left the office until Monday", false],
  ["I've left for a holiday", false],
  ["I am no longer at my desk today", false],
  [`${"x".repeat(2_000)} has left the company`, false],
] as const)("%s: %s", ([text, left]) => {
  expect(saysLeft({ subject: "Automatic reply", text })).toBe(left);
});
