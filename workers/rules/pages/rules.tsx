// What decides now, which versions there were, and the one step back.
import { Hono } from "hono";
import type { RulesetVersion } from "#rules/store.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import type { SignedInEnv } from "#web/deps.ts";
import { RollBackForm } from "../components/activation-forms.tsx";
import { VersionTable } from "../components/version-table.tsx";
import type { RulesDeps } from "../deps.ts";
import { versionBefore } from "../versions.ts";

export function rulesPage({ versions }: Pick<RulesDeps, "versions">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const listed = await versions.list();
    return c.html(<RulesView frame={c.var.frame} versions={listed} before={versionBefore(listed, versions.shipped)} />);
  });
  return pages;
}

type ViewProps = { frame: Frame; versions: readonly RulesetVersion[]; before: string | null };

function RulesView({ frame, versions, before }: ViewProps) {
  const isOperator = frame.identity?.role === "operator";
  const active = versions.find((each) => each.active);
  return (
    <Layout frame={frame} title="Rules">
      <div class="page-head">
        <h1>Rules</h1>
        {isOperator && (
          <a class="button" href="/rules/edit">
            New version
          </a>
        )}
      </div>
      {active !== undefined && (
        <section class="card in-force">
          <p class="card-head">In force</p>
          <h2>
            <a href={`/rules/${active.version}`}>{active.version}</a>
          </h2>
          <p>{active.note}</p>
          <p class="quiet">
            {active.activated_at === null ? (
              "The rules that ship; no other version was ever activated."
            ) : (
              <>
                Activated <Moment at={active.activated_at} /> by {active.activated_by}.
              </>
            )}
          </p>
          {isOperator && before !== null && (
            <div class="decide">
              <RollBackForm active={active.version} to={before} />
            </div>
          )}
        </section>
      )}
      <h2 class="section-title">Versions</h2>
      <VersionTable versions={versions} />
      <p class="note">
        A version is never changed once it is saved, and never counts before it is activated. Your editor completes and
        checks rules by <a href="/rules/schema.json">their JSON Schema</a>.
      </p>
    </Layout>
  );
}
