// The sandbox page's only style: one column that fits a phone, light or dark as the reader prefers.
export const PAGE_CSS = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #363b44); --soft: light-dark(#5b6472, #a3abb8);
  --card: light-dark(#f6f7f9, #1d2026); --bad: light-dark(#a3201d, #ff9c94); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 1rem/1.5 system-ui, sans-serif;
  background: light-dark(#fff, #14161a); color: light-dark(#14161a, #eceef2); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; } p { margin: .25rem 0; }
a { color: light-dark(#0b57c4, #8ab8ff); }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .5rem 0; }
button { font: inherit; padding: .35rem .8rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--card); color: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid light-dark(#0b57c4, #8ab8ff); outline-offset: 2px; }
ol, ul.cards { list-style: none; padding: 0; margin: 0; display: grid; gap: .6rem; }
li.card { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem; background: var(--card); }
.soft, time { color: var(--soft); font-size: .875rem; }
.bad { color: var(--bad); font-weight: 600; }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: .4rem; padding: 0 .5rem; margin: .2rem .3rem 0 0; }
pre { white-space: pre-wrap; margin: .4rem 0 0; font: .9rem/1.45 ui-monospace, monospace; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .1rem .8rem; margin: .3rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; }
summary { cursor: pointer; min-height: 1.5rem; }
`;
