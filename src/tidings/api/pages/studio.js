"use strict";
const main = document.querySelector("main");
const status = document.querySelector(".live");
const query = "?environment=" + encodeURIComponent(main.dataset.environment);
const EVERY_MS = 2000;
const shown = new Map();
const open = new Set([decodeURIComponent(location.hash.slice(1))]);  // a link may name a row
let timer = 0;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function say(word, text) {
  status.className = "live " + word;
  if (status.textContent !== text) status.textContent = text;
}

function dress(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = clock.format(at);
    time.title = day.format(at);
  }
  for (const details of root.querySelectorAll("details[id]")) {
    if (open.has(details.id)) details.open = true;
  }
}

async function fill(details) {
  const frame = details.querySelector("iframe[data-src]");
  if (frame && !frame.src) frame.src = frame.dataset.src;
  const place = details.querySelector("[data-fetch]");
  if (!place) return;
  const answer = await fetch(place.dataset.fetch + query, { credentials: "same-origin" });
  if (!answer.ok) return;
  const html = await answer.text();
  if (place.dataset.html === html) return;
  place.dataset.html = html;
  place.replaceChildren(...parts(html));
  dress(place);
}

function parts(html) {
  return new DOMParser().parseFromString(html, "text/html").body.childNodes;
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    if (shown.get(name) === part.innerHTML) continue;
    const place = main.querySelector(`[data-part="${name}"]`);
    if (!place || place.contains(document.getSelection().anchorNode) && !document.getSelection().isCollapsed) continue;
    shown.set(name, part.innerHTML);
    merge(place, part);
  }
  for (const details of main.querySelectorAll("details[open]")) fill(details);
}

// Rows that are there already stay as they are, so that what is open, focused or playing is not disturbed.
function merge(place, part) {
  const focused = document.activeElement && document.activeElement.closest("[data-key]");
  const key = focused && place.contains(focused) ? focused.dataset.key : null;
  const old = new Map([...place.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row]));
  for (const row of part.querySelectorAll("[data-key]")) {
    const before = old.get(row.dataset.key);
    if (before && before.dataset.is === row.dataset.is) row.replaceWith(before);
  }
  place.replaceChildren(...part.childNodes);
  dress(place);
  if (key !== null && !place.contains(document.activeElement)) {
    const summary = place.querySelector(`[data-key="${CSS.escape(key)}"] summary`);
    if (summary) summary.focus({ preventScroll: true });
  }
}

async function refresh() {
  clearTimeout(timer);
  if (document.hidden) return say("paused", "Paused");
  try {
    const answer = await fetch("/studio/live" + query, { credentials: "same-origin" });
    if (answer.status === 401) return say("lost", "Session ended: run “tidings studio” for a new link");
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.text());
    say("", "Live");
  } catch {
    say("lost", "Not reachable; trying again");
  }
  timer = setTimeout(refresh, EVERY_MS);
}

document.addEventListener("visibilitychange", refresh);
main.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.id) return;
  if (details.open) { open.add(details.id); fill(details); } else { open.delete(details.id); }
}, true);
main.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy button");
  if (!button) return;
  const code = button.parentElement.querySelector("pre");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
});

dress(main);
refresh();
