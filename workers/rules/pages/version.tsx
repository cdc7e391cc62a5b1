// One version: what it says, how it differs from another, what it would have done, and the step that makes it count.
// Rule: the difference shown first is the one that activating would make.
import { Hono } from "hono";
import type { StoredRuleset } from "#rules/active-ruleset.ts";
import type { RulesetVersion } from "#rules/store.ts";
import { seesAll } from "#web/auth/identity.ts";
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { ActivateForm, RollBackForm } from "../components/activation-forms.tsx";
import { BacktestForm } from "../components/backtest-form.tsx";
import { DiffView } from "../components/diff-view.tsx";
import { IN_FORCE } from "../components/version-table.tsx";
import type { RulesDeps } from "../deps.ts";
import { versionBefore } from "../versions.ts";
import { textOf } from "./form-text.ts";
import { operatorsOnlyPage, unknownVersionPage } from "./refusals.tsx";

export function versionPages({ versions, log }: Pick<RulesDeps, "versions" | "log">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();

  pages.get("/:version", async (c) => {
    const [stored, listed] = await Promise.all([versions.read(c.req.param("version")), versions.list()]);
    if (stored === null) return unknownVersionPage(c);
    const active = listed.find((each) => each.active)?.version ?? versions.shipped;
    const before = versionBefore(listed, versions.shipped);
    const against = c.req.query("against") ?? (active === stored.version ? before : active);
    const other = against === null || against === stored.version ? null : await versions.read(against);
    const told = listed.find(({ version }) => version === stored.version);
    const done = c.req.query("done");
    return c.html(<VersionView frame={c.var.frame} {...{ stored, told, listed, other, before, done }} />);
  });

  pages.post("/roll-back", async (c) => {
    const { frame, identity, requestId } = c.var;
    if (identity.role !== "operator") return operatorsOnlyPage(c);
    const changed = await versions.rollBack(textOf((await c.req.parseBody()).active), identity.email);
    if (!changed.ok) {
      return c.html(<MessagePage frame={frame} title="Not rolled back" message={changed.reason} />, 409);
    }
    log("info", "rules_rolled_back", { version: changed.version, correlation_id: requestId });
    return c.redirect(`/rules/${changed.version}?done=activate`, 303);
  });

  pages.post("/:version/activate", async (c) => {
    const { identity, requestId } = c.var;
    if (identity.role !== "operator") return operatorsOnlyPage(c);
    const changed = await versions.activate(c.req.param("version"), identity.email);
    if (!changed.ok) return unknownVersionPage(c);
    log("info", "rules_activated", { version: changed.version, correlation_id: requestId });
    return c.redirect(`/rules/${changed.version}?done=activate`, 303);
  });
  return pages;
}

type ViewProps = {
  frame: Frame;
  stored: StoredRuleset;
  /** Undefined when it is older than what is listed. */
  told: RulesetVersion | undefined;
  listed: readonly RulesetVersion[];
  /** The version it is compared with. */
  other: StoredRuleset | null;
  before: string | null;
  done: string | undefined;
};

function VersionView({ frame, stored, told, listed, other, before, done }: ViewProps) {
  const { version, document } = stored;
  const isOperator = frame.identity?.role === "operator";
  const isActive = told?.active === true;
  const flash = flashText(done, told);
  return (
    <Layout frame={frame} title={`Rules ${version}`}>
      {flash !== null && (
        <p class="flash" role="status">
          {flash}
        </p>
      )}
      <div class="page-head">
        <h1>
          {version} {isActive && <Badge label={IN_FORCE} />}
        </h1>
        <a class="button" href="/rules">
          All versions
        </a>
      </div>
      {told !== undefined && <Told told={told} />}
      {isOperator && (
        <div class="decide">
          {!isActive && <ActivateForm version={version} />}
          {isActive && before !== null && <RollBackForm active={version} to={before} />}
          <a class="button" href={`/rules/edit?from=${version}`}>
            New version from this one
          </a>
        </div>
      )}

      {frame.identity !== null && seesAll(frame.identity) && (
        <>
          <h2 class="section-title">Try it on the past</h2>
          <p class="quiet lead">
            {isActive
              ? "What it would have done with the signals of the last days. Nothing is sent or changed."
              : "What it would have done with the signals of the last days, beside the version in force. Nothing is sent or changed."}
          </p>
          <BacktestForm version={version} />
        </>
      )}

      <h2 class="section-title">Difference</h2>
      <CompareForm version={version} listed={listed} other={other?.version} />
      {other !== null && <DiffView before={other.document} now={document} />}

      <h2 class="section-title">The document</h2>
      {/* Scrolls, so the keyboard must be able to get in. */}
      <pre tabindex={0}>{document}</pre>
    </Layout>
  );
}

/** Said only of what is so: an address typed by hand says nothing. */
function flashText(done: string | undefined, told: RulesetVersion | undefined): string | null {
  if (done === "save" && told?.activated_at === null) return "Saved. It counts nothing until it is activated.";
  if (done === "activate" && told?.active === true) return "In force, everywhere within 30 seconds.";
  return null;
}

function Told({ told: { note, author, created_at, activated_at, activated_by } }: { told: RulesetVersion }) {
  return (
    <p class="lead">
      {note}{" "}
      <span class="quiet">
        Saved <Moment at={created_at} /> by {author}
        {activated_at !== null && (
          <>
            , last activated <Moment at={activated_at} /> by {activated_by}
          </>
        )}
        .
      </span>
    </p>
  );
}

type CompareProps = { version: string; listed: readonly RulesetVersion[]; other: string | undefined };

function CompareForm({ version, listed, other }: CompareProps) {
  const others = listed.filter((each) => each.version !== version);
  if (others.length === 0) return <p class="quiet">There is no other version yet.</p>;
  return (
    <form method="get" action={`/rules/${version}`} class="inline-form">
      <div>
        <label for="against">Compared with</label>
        <select id="against" name="against">
          {others.map((each) => (
            <option value={each.version} selected={each.version === other}>
              {each.version}
              {each.active ? ", in force" : ""}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">Compare</button>
    </form>
  );
}
