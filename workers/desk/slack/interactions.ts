// POST /slack/interactions: what people do with cards and dialogs. Rules: nothing unsigned is read; a decision is made
// before Slack is answered, for an answer says that it was taken, but Slack is answered within its three seconds in any
// case; what the person is told and what the cards show comes after.
// Source: docs.slack.dev/interactivity/handling-user-interaction
import { escapeMrkdwn } from "#connectors/slack-mrkdwn.ts";
import { respondEphemerally } from "#connectors/slack-response.ts";
import { verifySlackSignature } from "#connectors/slack-signature.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { HttpPorts } from "#runtime/http.ts";
import { problem } from "#runtime/problem.ts";
import { setting } from "#runtime/setting.ts";
import { type CardPorts, updateCards } from "./cards.ts";
import { type ClickPorts, handleClick } from "./handle-click.ts";
import { handleSubmission, underFirst } from "./handle-submission.ts";
import { type Click, readInteraction, type Submission } from "./interaction.ts";

export type InteractionPorts = CardPorts &
  ClickPorts & {
    signingSecret: string;
    apiUrl: string;
    http: HttpPorts;
    sleep(ms: number): Promise<unknown>;
    /** Keeps the Worker alive for what comes after the answer. */
    waitUntil(work: Promise<unknown>): void;
  };

/** Slack waits three seconds, the way included. */
const ANSWER_MS = 2_500;
const UNSURE = "No answer in time. Look at the card before you try again: your decision may have arrived.";

/** Answers one request of Slack; `body` exactly as it came. */
export async function answerInteraction(request: Request, ports: InteractionPorts): Promise<Response> {
  const refuse = (status: number, slug: string, title: string, detail: string) => {
    ports.log("warn", "slack_refused", { slug });
    return problem({ status, slug, title, detail, correlationId: ports.newTraceId() });
  };
  const secret = setting("SLACK_SIGNING_SECRET", ports.signingSecret);
  if (!secret.ok) return refuse(503, "not-configured", "Slack is not set up", secret.reason);
  const body = new Uint8Array(await request.arrayBuffer());
  const verified = await verifySlackSignature({ headers: request.headers, body }, secret.value, ports.now());
  if (!verified.ok) return refuse(401, verified.code.replaceAll("_", "-"), "Not from Slack", verified.reason);

  const interaction = readInteraction(new TextDecoder().decode(body));
  switch (interaction.kind) {
    case "click":
      return answerClick(interaction, ports);
    case "submission":
      return answerSubmission(interaction, ports);
    case "ignored":
      ports.log("info", "slack_ignored", { type: interaction.type });
      return new Response(null);
    case "malformed":
      return refuse(400, "malformed", "Not an interaction", "Expected the field payload with JSON that has a type.");
  }
}

async function answerClick(click: Click, ports: InteractionPorts): Promise<Response> {
  const work = handleClick(click, ports).catch((error: unknown) => {
    failedWith(error, ports);
    return { say: UNSURE, snapshot: null };
  });
  const after = work.then(({ say, snapshot }) => Promise.all([tell(click, say, ports), refresh(snapshot, ports)]));
  ports.waitUntil(after.catch((error: unknown) => failedWith(error, ports)));
  await Promise.race([work, ports.sleep(ANSWER_MS)]);
  return new Response(null);
}

async function answerSubmission(submission: Submission, ports: InteractionPorts): Promise<Response> {
  const unsure = { errors: underFirst(submission, UNSURE), snapshot: null };
  const work = handleSubmission(submission, ports).catch((error: unknown) => {
    failedWith(error, ports);
    return unsure;
  });
  const after = work.then(({ snapshot }) => refresh(snapshot, ports));
  ports.waitUntil(after.catch((error: unknown) => failedWith(error, ports)));
  const { errors } = await Promise.race([work, ports.sleep(ANSWER_MS).then(() => unsure)]);
  return errors === null ? new Response(null) : Response.json({ response_action: "errors", errors });
}

async function tell(click: Click, say: string | null, ports: InteractionPorts): Promise<void> {
  if (say === null || click.responseUrl === null) return;
  const told = await respondEphemerally(click.responseUrl, escapeMrkdwn(say), ports.apiUrl, ports.http);
  if (!told.ok) ports.log("warn", "slack_not_told", { reason: told.failure.kind });
}

/** At once for whoever clicked; when it fails, the notice of the change does it. */
async function refresh(snapshot: ActionSnapshot | null, ports: InteractionPorts): Promise<void> {
  if (snapshot === null) return;
  const outcome = await updateCards(snapshot, ports);
  if (outcome.kind !== "done") ports.log("warn", "card_not_refreshed", { reason: outcome.kind });
}

function failedWith(error: unknown, { log }: InteractionPorts): void {
  log("error", "slack_interaction_failed", { reason: String(error) });
}
