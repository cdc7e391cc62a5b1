// The settings as a page: pauses, autopilot, the record of changes. Rule: a switch that the reader may not use is not
// shown; the state always is.
import { ACTION_TYPES } from "#contract/action.ts";
import {
  AUTOPILOT_LEVELS,
  type AutopilotLevel,
  type ControlsChange,
  type ControlsView,
  type PauseScope,
  type Promotion,
} from "#contract/controls.ts";
import type { Identity } from "#web/auth/identity.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import { notAllowedToPause, scopeWords } from "../pauses.ts";

const LEVEL_WORDS = {
  shadow: "Shadow: recorded, never runs",
  approve: "Approve: a person approves or it expires",
  auto_after_ttl: "After its time: runs unless someone decides",
  auto: "Auto: runs at once",
} as const satisfies Record<AutopilotLevel, string>;
const BY_RULES = "As its rules say";
const HISTORY_SHOWN = 50;

export type SettingsProps = {
  frame: Frame;
  identity: Identity;
  view: ControlsView;
  proposals: readonly Promotion[];
  history: readonly ControlsChange[];
};

export function SettingsView(props: SettingsProps) {
  return (
    <Layout frame={props.frame} title="Settings">
      <div class="page-head">
        <h1>Settings</h1>
      </div>
      <Pauses {...props} />
      <Autopilot {...props} />
      <History history={props.history} />
    </Layout>
  );
}

function Pauses({ identity, view }: SettingsProps) {
  return (
    <section aria-labelledby="pauses">
      <h2 id="pauses" class="section-title">
        Pauses
      </h2>
      <p class="quiet lead">What is paused does not run by itself. People can still approve.</p>
      {view.pauses.length === 0 ? (
        <p class="note">Nothing is paused.</p>
      ) : (
        <ul class="rows">
          {view.pauses.map(({ on, reason, by, at }) => (
            <li class="row row-letter">
              <span class="badge badge-waiting">Paused</span>
              <div>
                <p class="row-title">{scopeWords(on)}</p>
                <p class="quiet">
                  {reason} · {by.id}, <Moment at={at} />
                </p>
              </div>
              {notAllowedToPause(identity, on) === null && <Switch on={on} verb="resume" text="Resume" />}
            </li>
          ))}
        </ul>
      )}
      {identity.role === "operator" && (
        <>
          <Switch on={{ scope: "all" }} verb="pause" text="Pause everything" />
          <form method="post" action="/settings/pause" class="switch">
            <input type="hidden" name="scope" value="type" />
            <label>
              An action type
              <select name="type">
                {ACTION_TYPES.map((type) => (
                  <option value={type}>{TYPE_WORDS[type].name}</option>
                ))}
              </select>
            </label>
            <Because />
            <button type="submit">Pause the type</button>
          </form>
          <form method="post" action="/settings/pause" class="switch">
            <input type="hidden" name="scope" value="deal" />
            <label>
              A deal, such as hubspot:332507367156
              <input name="subject" required maxlength={200} />
            </label>
            <Because />
            <button type="submit">Pause the deal</button>
          </form>
        </>
      )}
      {identity.role !== "viewer" && (
        <form method="post" action="/settings/pause" class="switch">
          <input type="hidden" name="scope" value="rep" />
          <label>
            A person’s address
            <input
              name="email"
              type="email"
              required
              maxlength={320}
              value={identity.role === "rep" ? identity.email : ""}
            />
          </label>
          <Because />
          <button type="submit">Pause the person</button>
        </form>
      )}
    </section>
  );
}

function Because() {
  return (
    <label>
      Because
      <input name="reason" required maxlength={300} />
    </label>
  );
}

function Switch({ on, verb, text }: { on: PauseScope; verb: "pause" | "resume"; text: string }) {
  return (
    <form method="post" action={`/settings/${verb}`} class="switch">
      {Object.entries(on).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {verb === "pause" && <Because />}
      <button type="submit" {...(verb === "pause" ? { class: "danger" } : {})}>
        {text}
      </button>
    </form>
  );
}

function Autopilot({ identity, view, proposals }: SettingsProps) {
  return (
    <section aria-labelledby="autopilot">
      <h2 id="autopilot" class="section-title">
        Autopilot
      </h2>
      <p class="quiet lead">How far each type may go by itself. It falls by itself when people keep rejecting.</p>
      <ul class="rows">
        {ACTION_TYPES.map((type) => {
          const level = view.autopilot[type];
          const earned = proposals.find((each) => each.type === type);
          return (
            <li class="row row-letter">
              <p class="row-title">{TYPE_WORDS[type].name}</p>
              <div>
                <p>{level === undefined ? BY_RULES : LEVEL_WORDS[level]}</p>
                {earned !== undefined && (
                  <p class="quiet">
                    Of {earned.cases} decisions {earned.approved_unedited} were approvals without an edit: it has earned
                    “{LEVEL_WORDS[earned.to]}”.
                  </p>
                )}
              </div>
              {identity.role === "operator" && (
                <form method="post" action="/settings/autopilot" class="switch">
                  <input type="hidden" name="type" value={type} />
                  <select name="level" aria-label={`Autopilot of ${TYPE_WORDS[type].name}`}>
                    <option value="">{BY_RULES}</option>
                    {AUTOPILOT_LEVELS.map((each) => (
                      <option value={each} selected={each === (earned?.to ?? level)}>
                        {LEVEL_WORDS[each]}
                      </option>
                    ))}
                  </select>
                  <button type="submit">{earned === undefined ? "Set" : "Accept"}</button>
                </form>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function History({ history }: { history: readonly ControlsChange[] }) {
  if (history.length === 0) return null;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes" class="section-title">
        Changes
      </h2>
      <ul class="rows">
        {history.slice(0, HISTORY_SHOWN).map(({ at, actor, summary }) => (
          <li class="row row-letter">
            <Moment at={at} />
            <p>{summary}</p>
            <p class="quiet">{actor.id}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
