// An action's content as the outside will see it: the draft, the change, the task. Rule: everything that the content
// hash covers is shown, in full, because whoever approves it must be able to read it.
import type { Child } from "hono/jsx";
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { Moment } from "#web/components/moment.tsx";
import { SafeLink } from "#web/components/safe-link.tsx";
import { threadWords } from "#web/components/words.ts";

type ParamsOf<Type extends ActionContent["type"]> = Extract<ActionContent, { type: Type }>["params"];

/** Ids are told with the names that the snapshot knows for them. */
export function ActionContentView({ snapshot }: { snapshot: ActionSnapshot }) {
  const { action: content } = snapshot;
  switch (content.type) {
    case "draft_followup":
      return <Mail params={content.params} />;
    case "update_crm":
      return <CrmUpdate params={content.params} snapshot={snapshot} />;
    case "create_task":
      return <Task params={content.params} snapshot={snapshot} />;
    case "send_alert":
      return <Alert params={content.params} />;
    case "enroll_sequence":
      return <Enrolment params={content.params} />;
  }
}

function Mail({ params }: { params: ParamsOf<"draft_followup"> }) {
  return (
    <div class="draft">
      <dl class="draft-head">
        <Row name="To">
          {params.to.map(({ name, email }) => (
            <span class="person">
              {name !== null && `${name} `}
              <span class={name === null ? "" : "address"}>{email}</span>
            </span>
          ))}
        </Row>
        <Row name="From">{params.from}</Row>
        {params.thread_id !== null && <Row name="Thread">{threadWords(params.thread_id)}</Row>}
        {params.deliver === "draft" && (
          <Row name="Delivered">left in the drafts of {params.from}, to be sent by hand</Row>
        )}
      </dl>
      <p class="draft-title">{params.subject}</p>
      <p class="draft-body">{params.body}</p>
    </div>
  );
}

type Named<Type extends ActionContent["type"]> = { params: ParamsOf<Type>; snapshot: ActionSnapshot };

function CrmUpdate({ params, snapshot }: Named<"update_crm">) {
  return (
    <div class="draft">
      <dl class="draft-head">
        <Row name="Record">
          {params.object} <Reference id={params.record} snapshot={snapshot} />
        </Row>
        <Row name="Set">
          <code>{params.property}</code>
        </Row>
        <Row name="To">{params.value === null ? <em>empty</em> : <strong>{params.value}</strong>}</Row>
      </dl>
    </div>
  );
}

function Task({ params, snapshot }: Named<"create_task">) {
  const about = [params.deal_id, params.account_id, ...params.contact_ids].filter((id) => id !== null);
  return (
    <div class="draft">
      <dl class="draft-head">
        <Row name="For">
          {params.owner_id === null ? "nobody yet" : <Reference id={params.owner_id} snapshot={snapshot} />}
        </Row>
        <Row name="Due">
          <Moment at={params.due_at} />
        </Row>
        <Row name="Kind">
          {params.kind}, {params.importance} importance
        </Row>
        {about.length > 0 && (
          <Row name="About">
            {about.map((id) => (
              <span class="person">
                <Reference id={id} snapshot={snapshot} />
              </span>
            ))}
          </Row>
        )}
      </dl>
      <p class="draft-title">{params.subject}</p>
      {params.body !== "" && <p class="draft-body">{params.body}</p>}
    </div>
  );
}

function Alert({ params }: { params: ParamsOf<"send_alert"> }) {
  return (
    <div class="draft">
      <dl class="draft-head">
        <Row name="Channel">{params.channel ?? "the default alert channel"}</Row>
        {params.url !== null && (
          <Row name="Link">
            <SafeLink href={params.url}>{params.url}</SafeLink>
          </Row>
        )}
      </dl>
      <p class="draft-body">{params.text}</p>
    </div>
  );
}

function Enrolment({ params }: { params: ParamsOf<"enroll_sequence"> }) {
  return (
    <div class="draft">
      <dl class="draft-head">
        <Row name="Sequence">{params.sequence_id}</Row>
        <Row name="Contact">{params.contact_id}</Row>
        <Row name="Sender">{params.sender}</Row>
      </dl>
    </div>
  );
}

/** An id of the CRM, after the name of it where it is known. */
function Reference({ id, snapshot: { subject, subject_name, action } }: { id: string; snapshot: ActionSnapshot }) {
  const names = new Map([
    [subject, subject_name],
    [action.owner?.id, action.owner?.name],
  ]);
  const name = names.get(id) ?? null;
  return (
    <>
      {name !== null && `${name} `}
      <span class={name === null ? "" : "address"}>{id}</span>
    </>
  );
}

function Row({ name, children }: { name: string; children: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
