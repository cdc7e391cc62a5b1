// What is wrong now, and the switch that keeps an alert quiet for a while. Rule: a muted alert is still shown, with who
// muted it; only operators get the switch.
import { ALERT_KINDS, alertKind } from "#contract/alerts.ts";
import type { Frame } from "#web/components/frame.ts";
import { Moment } from "#web/components/moment.tsx";
import type { AlertRow } from "../metrics/metrics-store.ts";

/** In hours, as the form offers them. */
const MUTE_HOURS = [1, 8, 24, 168] as const;
const hoursText = (hours: number) =>
  hours === 1 ? "an hour" : hours === 168 ? "a week" : hours === 24 ? "a day" : `${hours} hours`;

export function AlertList({ frame, alerts }: { frame: Frame; alerts: readonly AlertRow[] }) {
  if (alerts.length === 0) return null;
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts" class="section-title">
        What is wrong now
      </h2>
      <ul class="rows">
        {alerts.map((alert) => (
          <li class="row row-alert">
            <div>
              <p class="row-title">
                <a href={alert.link}>{alert.summary}</a>
              </p>
              <Meaning alert={alert} />
              <p class="quiet">
                {alert.alert} · since <Moment at={alert.since} />
                {isMuted(alert, frame.now) && (
                  <>
                    {" "}
                    · muted by {alert.muted_by} until <Moment at={alert.muted_until ?? alert.since} />
                  </>
                )}
              </p>
            </div>
            {frame.identity?.role === "operator" && <Mute alert={alert} muted={isMuted(alert, frame.now)} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What it means and what to do, as everybody who is woken by it needs it. */
function Meaning({ alert: { alert } }: { alert: AlertRow }) {
  const kind = alertKind(alert);
  if (kind === null) return null;
  const { means, todo } = ALERT_KINDS[kind];
  return (
    <p>
      {means} {todo}
    </p>
  );
}

function isMuted({ muted_until }: AlertRow, now: number): boolean {
  return muted_until !== null && Date.parse(muted_until) > now;
}

function Mute({ alert: { alert }, muted }: { alert: AlertRow; muted: boolean }) {
  return (
    <form method="post" action="/metrics/mute" class="switch">
      <input type="hidden" name="alert" value={alert} />
      {muted ? (
        <button type="submit" name="hours" value="0">
          Unmute
        </button>
      ) : (
        <>
          <label>
            Mute for{" "}
            <select name="hours">
              {MUTE_HOURS.map((hours) => (
                <option value={String(hours)}>{hoursText(hours)}</option>
              ))}
            </select>
          </label>{" "}
          <button type="submit">Mute</button>
        </>
      )}
    </form>
  );
}
