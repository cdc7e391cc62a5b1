// Slack and what the desk remembers of it, by hand, for the tests of this folder. Rule: everything that was posted is
// recorded, and each test changes only what it is about.
import type { PostedMessage } from "#connectors/slack.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { CallFailure, CallResult } from "#runtime/http.ts";
import type { Identity } from "#web/auth/identity.ts";
import { ANA, BEN, DANA, NOON, OLA } from "#web/sample-site.ts";
import type { Card, CardStore } from "./card-store.ts";
import type { CardPorts } from "./cards.ts";

const PEOPLE: readonly Identity[] = [
  { email: ANA, role: "rep", team: [] },
  { email: BEN, role: "rep", team: [] },
  { email: DANA, role: "manager", team: [ANA] },
  { email: OLA, role: "operator", team: [] },
];

export function answered<T>(value: T): CallResult<T> {
  return { ok: true, value, status: 200, headers: new Headers() };
}

/** `failures` are what the next calls to Slack answer, by method. */
export function sampleSlack(now: () => ActionSnapshot, failures: Record<string, CallFailure[]> = {}) {
  const cards = new Map<string, Card>();
  const accounts = new Map<string, string | null>([
    [ANA, null],
    [BEN, "U0BEN"],
    [DANA, "U0DANA"],
    [OLA, "U0OLA"],
  ]);
  const messages = new Map<string, { text: string; updates: number; blocks: string; action: string }>();
  const logged: string[] = [];
  const call = async <T>(method: string, answer: () => T): Promise<CallResult<T>> => {
    const failure = failures[method]?.shift();
    // An effect that nobody was told of is one all the same.
    if (failure?.kind === "no_answer") answer();
    return failure === undefined ? answered(answer()) : { ok: false, failure };
  };
  const nameOf = ({ channel, ts }: PostedMessage) => `${channel}/${ts}`;

  const store: CardStore = {
    of: async () => [...cards.values()],
    async claim(_actionId, card) {
      if (cards.has(card.email)) return false;
      cards.set(card.email, { ...card, version: 0, ts: "" });
      return true;
    },
    async posted(_actionId, email, ts, version) {
      const card = cards.get(email);
      if (card !== undefined) cards.set(email, { ...card, ts, version });
    },
    async painted(_actionId, email, version) {
      const card = cards.get(email);
      if (card === undefined || card.version >= version) return false;
      cards.set(email, { ...card, version });
      return true;
    },
    operators: async () => PEOPLE.filter(({ role }) => role === "operator").map(({ email }) => email),
    emailOf: async (userId) => [...accounts].find(([, account]) => account === userId)?.[0] ?? null,
    accountOf: async (email) => (accounts.has(email) ? { slackUserId: accounts.get(email) ?? null } : null),
    rememberAccount: async (email, userId) => {
      accounts.set(email, userId);
    },
  };
  const ports: CardPorts = {
    slack: {
      postMessage: ({ channel, text, blocks, metadata }) =>
        call("postMessage", () => {
          const posted = { channel, ts: `${messages.size + 1}.000001` };
          const action = metadata.event_payload.action_id ?? "";
          messages.set(nameOf(posted), { text, updates: 0, blocks: JSON.stringify(blocks), action });
          return posted;
        }),
      updateMessage: ({ channel, ts, text, blocks }) =>
        call("updateMessage", () => {
          const before = messages.get(nameOf({ channel, ts }));
          const updates = (before?.updates ?? 0) + 1;
          const action = before?.action ?? "";
          messages.set(nameOf({ channel, ts }), { text, updates, blocks: JSON.stringify(blocks), action });
          return { channel, ts };
        }),
      findByMetadata: ({ channel, value }) =>
        call("findByMetadata", () => {
          const found = [...messages].find(([name, { action }]) => name.startsWith(channel) && action === value);
          return found === undefined ? null : { channel, ts: found[0].slice(channel.length + 1) };
        }),
      userByEmail: () => call("userByEmail", () => "U0ANA"),
      openDirectMessage: (userId) => call("openDirectMessage", () => userId.replace("U", "D")),
    },
    store,
    people: { identify: async (email) => PEOPLE.find((person) => person.email === email) ?? null },
    deal: { list: async () => ({ ok: true, value: [now()] }) },
    publicUrl: "https://dealwire.example",
    linkTo: async (_snapshot, email) => `https://dealwire.example/link/for-${email}`,
    now: () => NOON,
    log: (_level, event) => logged.push(event),
  };
  return { ports, cards, accounts, messages, logged };
}
