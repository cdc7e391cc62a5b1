// A refused decision, told kindly: what happened meanwhile, and the action as it is now with its buttons.

import type { Frame } from "#web/components/frame.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { ActionCard } from "../components/action-card.tsx";
import type { DecisionRefusal } from "../decide-action.ts";

const TITLES = {
  not_found: "Nothing here yet",
  wrong_state: "This is no longer waiting",
  stale_content: "The draft has changed meanwhile",
  invalid_params: "Something is missing",
  not_available: "That is not possible yet",
  not_allowed: "This belongs to someone else",
  overloaded: "Very busy right now",
  unreachable: "No answer",
} as const satisfies Record<DecisionRefusal["code"], string>;

export function RefusalPage({ frame, refusal }: { frame: Frame; refusal: DecisionRefusal }) {
  const message =
    refusal.code === "stale_content"
      ? "Someone edited it after you opened the page. This is how it reads now: read it, then decide again."
      : refusal.message;
  return (
    <MessagePage frame={frame} title={TITLES[refusal.code]} message={message}>
      {refusal.snapshot !== null && <ActionCard snapshot={refusal.snapshot} frame={frame} />}
    </MessagePage>
  );
}
