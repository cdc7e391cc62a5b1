// Writing a new version, from the one in force or another one. Rule: what was typed is never lost; saving makes a
// version that counts nothing yet, and only a document without mistakes is saved.
import { Hono } from "hono";
import type { DocumentProblem } from "#rules/parse-document.ts";
import { RulesetNote } from "#web/api/rules-body.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import type { SignedInEnv } from "#web/deps.ts";
import { ProblemList } from "../components/problem-list.tsx";
import type { RulesDeps } from "../deps.ts";
import { textOf } from "./form-text.ts";
import { operatorsOnlyPage, unknownVersionPage } from "./refusals.tsx";

export function editPages({ versions, log }: Pick<RulesDeps, "versions" | "log">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.use(async (c, next) => (c.var.identity.role === "operator" ? next() : operatorsOnlyPage(c)));

  pages.get("/", async (c) => {
    const from = c.req.query("from");
    const stored = from === undefined ? await versions.inForce() : await versions.read(from);
    if (stored === null) return unknownVersionPage(c);
    return c.html(<EditView frame={c.var.frame} from={stored.version} document={stored.document} note="" />);
  });

  pages.post("/", async (c) => {
    const { frame, identity, requestId } = c.var;
    const form = await c.req.parseBody();
    // Browsers send every line break of a form as two characters.
    const document = textOf(form.document).replaceAll("\r\n", "\n");
    const from = textOf(form.from);
    const note = RulesetNote.safeParse(textOf(form.note));
    if (!note.success)
      return c.html(<EditView {...{ frame, from, document }} note={textOf(form.note)} noteTooLong />, 422);
    const saved = await versions.save({ document, note: note.data, author: identity.email });
    if (!saved.ok) {
      return c.html(<EditView {...{ frame, from, document }} note={note.data} problems={saved.problems} />, 422);
    }
    log("info", "rules_saved", { version: saved.version, correlation_id: requestId });
    return c.redirect(`/rules/${saved.version}?done=save`, 303);
  });
  return pages;
}

type ViewProps = {
  frame: Frame;
  /** The version that the text started from. */
  from: string;
  document: string;
  note: string;
  problems?: readonly DocumentProblem[];
  noteTooLong?: boolean;
};

function EditView({ frame, from, document, note, problems = [], noteTooLong = false }: ViewProps) {
  return (
    <Layout frame={frame} title="New version of the rules">
      <div class="page-head">
        <h1>New version</h1>
      </div>
      <p class="quiet lead">
        Starts from {from}. Saving keeps it and activates nothing; you try it on the past before it counts.
      </p>
      <form method="post" action="/rules/edit" enctype="multipart/form-data" class="edit">
        <input type="hidden" name="from" value={from} />
        <div class="editor">
          <div>
            <label for="document">Rules, YAML or JSON</label>
            <textarea id="document" name="document" class="code" rows={32} required wrap="off" spellcheck={false}>
              {/* The parser drops one line break after the tag; without this one a leading break of the text is lost. */}
              {`\n${document}`}
            </textarea>
          </div>
          {problems.length > 0 && <ProblemList problems={problems} document={document} />}
        </div>
        <div class="field">
          <label for="note">What is different, and why</label>
          <input id="note" name="note" value={note} maxlength={500} required />
          {noteTooLong && <p class="bad">At most 500 characters.</p>}
        </div>
        <div class="decide">
          <button type="submit" class="primary">
            Save as a new version
          </button>
          <a class="button" href="/rules">
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  );
}
