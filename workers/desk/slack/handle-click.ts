// A click on a card: decides, or opens the dialog in which the decision is made. Rule: it answers what is to be said to
// the person and what the cards are to show; saying it comes after Slack has its answer.
import type { Slack } from "#connectors/slack.ts";
import { decideInSlack, openToDecide, type SlackDecidePorts } from "./decide-in-slack.ts";
import { editDialog, rejectDialog } from "./dialogs.ts";
import type { Click } from "./interaction.ts";
import { STRANGER, type WhoPorts, whoClicked } from "./who-clicked.ts";

export type ClickPorts = SlackDecidePorts &
  WhoPorts & {
    store: WhoPorts["store"] & SlackDecidePorts["store"];
    slack: Pick<Slack, "openView">;
    newTraceId(): string;
    rejectReasons: readonly string[];
  };

type Answer = Pick<Awaited<ReturnType<typeof decideInSlack>>, "say" | "snapshot">;

export async function handleClick(click: Click, ports: ClickPorts): Promise<Answer> {
  const identity = await whoClicked(click.userId, ports);
  if (identity === null) return { say: STRANGER, snapshot: null };
  const { actionId, verb } = click;
  switch (verb) {
    case "approve":
      return decideInSlack(identity, actionId, verb, { content_hash: click.contentHash }, ports);
    case "snooze":
      return decideInSlack(identity, actionId, verb, { seconds: click.seconds }, ports);
    case "edit":
    case "reject": {
      const { ok, say, snapshot } = await openToDecide(identity, actionId, ports);
      if (!ok || snapshot === null) return { say, snapshot };
      const { action } = snapshot;
      const dialog = verb === "edit" ? editDialog(action) : rejectDialog(action, ports.rejectReasons);
      const opened = await ports.slack.openView(click.triggerId, dialog, ports.newTraceId());
      if (opened.ok) return { say: null, snapshot };
      return { say: "The dialog could not be opened. Click again, or use the page.", snapshot };
    }
  }
}
