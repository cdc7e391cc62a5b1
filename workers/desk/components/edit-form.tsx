// The form in which an action's texts are changed. Rule: it carries the content hash of the version it is compared
// with, so saving over somebody else's edit takes reading it first.
import type { ActionType } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { FieldError } from "#web/api/field-error.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import { editableFields, type Field } from "../editable-fields.ts";
import { ActionContentView } from "./action-content.tsx";

export type EditFormProps = {
  frame: Frame;
  snapshot: ActionSnapshot;
  /** What the fields show, by field name. */
  texts: Readonly<Record<string, string>>;
  errors?: readonly FieldError[];
  changedMeanwhile?: boolean;
};

export function EditForm({ frame, snapshot, texts, errors = [], changedMeanwhile = false }: EditFormProps) {
  const { action } = snapshot;
  const name = TYPE_WORDS[action.type].name;
  return (
    <Layout frame={frame} title={`Edit: ${name}`}>
      <div class="page-head">
        <h1>Edit: {name}</h1>
      </div>
      <p class="quiet lead">
        {snapshot.subject_name ?? snapshot.subject}. {action.reason}
      </p>
      {changedMeanwhile && <ChangedMeanwhile snapshot={snapshot} />}
      {errors.length > 0 && <Errors errors={errors} type={action.type} />}
      <form method="post" action={`/approvals/${action.action_id}/edit`} class="card edit">
        <input type="hidden" name="content_hash" value={action.content_hash} />
        {action.type === "draft_followup" && <p class="quiet">From {action.params.from}</p>}
        {editableFields(action.type).map((field) => (
          <FieldInput id={`${field.name}-${action.action_id}`} field={field} text={texts[field.name] ?? ""} />
        ))}
        <div class="decide">
          <button type="submit" class="primary">
            Save
          </button>
          <a class="button" href={`/approvals#${action.action_id}`}>
            Cancel
          </a>
        </div>
        <p class="quiet">Saving does not send it. You approve it afterwards, as it then reads.</p>
      </form>
    </Layout>
  );
}

/** `id` names the action, too: a page may have the forms of several. */
function FieldInput({ id, field, text }: { id: string; field: Field; text: string }) {
  const { name, label, kind, maxLength, required, hint } = field;
  const described = hint === undefined ? {} : { "aria-describedby": `${id}-hint` };
  const rows = kind === "people" ? 2 : Math.min(24, Math.max(6, text.split("\n").length + 2));
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {kind === "line" ? (
        <input id={id} name={name} value={text} maxlength={maxLength} required={required} {...described} />
      ) : (
        <textarea id={id} name={name} rows={rows} maxlength={maxLength} required={required} {...described}>
          {/* The parser drops one line break after the tag; without this one a leading break of the text is lost. */}
          {`\n${text}`}
        </textarea>
      )}
      {hint !== undefined && (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function ChangedMeanwhile({ snapshot }: { snapshot: ActionSnapshot }) {
  return (
    <section class="message" role="alert">
      <h2>{snapshot.decided_by?.id ?? "Someone"} changed this while you were writing</h2>
      <p>Nothing was overwritten. Below is how it reads now, then your text; saving replaces it.</p>
      <ActionContentView snapshot={snapshot} />
    </section>
  );
}

function Errors({ errors, type }: { errors: readonly FieldError[]; type: ActionType }) {
  const labels = new Map(editableFields(type).map(({ name, label }) => [name, label]));
  const fieldOf = (pointer: string) => pointer.replace("/params/", "").split("/")[0] ?? "";
  return (
    <div class="message" role="alert">
      <p>Not saved yet:</p>
      <ul>
        {errors.map(({ pointer, detail }) => (
          <li>{pointer === "" ? detail : `${labels.get(fieldOf(pointer)) ?? pointer}: ${detail}`}</li>
        ))}
      </ul>
    </div>
  );
}
