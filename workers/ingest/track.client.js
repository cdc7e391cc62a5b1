// The beacon's script, served at /track.js: put
//   <script src="https://dealwire.example.com/track.js" data-key="…" async></script>
// into every page. It tells page views, and what dealwire.identify(…) and dealwire.track(…) are called with, in batches.
// Rules: with Global Privacy Control or Do Not Track it sends nothing and stores nothing; it is served as squeezed by
// track-script.ts in at most 1,024 bytes, so names are short and no text has spaces.
((d, n, tag) => {
  const off = n.globalPrivacyControl || n.doNotTrack === "1";
  const to = tag.src.replace(/\.js[^/]*$/, `?k=${tag.dataset.key}`);
  const uid = () => crypto.randomUUID();
  let events = [],
    who = uid(),
    seen;

  const send = () => {
    const body = JSON.stringify({ anonymousId: who, sentAt: Date.now(), events });
    if (events[0] && !n.sendBeacon?.(to, body)) fetch(to, { method: "POST", body, keepalive: 1 }).catch(() => 0);
    events = [];
  };

  // Browsers take 64 KB at a time, so ten are enough.
  const add = (type, more) =>
    !off && events.push({ id: uid(), type, url: location.href, at: Date.now(), ...more }) > 9 && send();

  // Deferred, because a page sets its title after its address.
  const page = () =>
    setTimeout(() => {
      const url = location.href;
      if (seen !== url) add("page", { title: d.title, referrer: seen || d.referrer });
      seen = url;
    });

  // Throws where the visitor blocks storage; then each page load is a browser of its own.
  try {
    // biome-ignore lint/suspicious/noAssignInExpressions: shorter than its own two statements
    off || (who = localStorage.dealwire ||= who);
  } catch {}
  for (const name of ["pushState", "replaceState"]) {
    const old = history[name];
    history[name] = (...args) => page(old.apply(history, args));
  }
  addEventListener("popstate", page);
  d.addEventListener("visibilitychange", () => d.hidden && send());
  dealwire = {
    identify: (userId, traits) => add("identify", { userId, traits }),
    track: (name) => add("track", { name }),
  };
  page();
})(document, navigator, document.currentScript);
