// What the operators' page does where there is JavaScript: it shows moments in the reader's zone, and asks for itself
// every few seconds and changes what differs, so that focus, selection, scrolling and what was opened stay as they are.
// Nobody who cannot see the page makes it ask. Without this script the page is whole, but stands still.
"use strict";

const LONGEST = 60; // seconds between two tries where nobody answers
const SHARE = 10; // times as long as an answer took, nothing is asked

// --- moments in the reader's zone

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function inReadersZone(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    time.title = `${moment.toLocaleString()} (${time.textContent})`;
    time.textContent = moment.toDateString() === today ? clock.format(moment) : day.format(moment);
  }
}

// --- changing what differs

function sameAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    // What the reader opened stays open.
    if (!fresh.hasAttribute(name) && !(name === "open" && old.tagName === "DETAILS")) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name === "open" && old.tagName === "DETAILS") continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function isLike(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && (old.id || "") === (fresh.id || "");
}

// Makes the children of `old` those of `fresh`, keeping every node that is still wanted.
function sameChildren(old, fresh) {
  const kept = new Map();
  for (const child of old.children) if (child.id) kept.set(child.id, child);
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    let there = wanted.id ? kept.get(wanted.id) : null;
    if (there && !isLike(there, wanted)) there = null;
    if (!there && !wanted.id) {
      there = place;
      while (there && there.id && !idIn(fresh, there.id)) there = there.nextSibling;
      if (!there || !isLike(there, wanted)) there = null;
    }
    if (!there) {
      old.insertBefore(wanted, place);
      continue;
    }
    while (place && place !== there && !(place.id && idIn(fresh, place.id))) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
    if (place === there) place = place.nextSibling;
    else old.insertBefore(there, place);
    same(there, wanted);
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

function idIn(parent, id) {
  for (const child of parent.children) if (child.id === id) return true;
  return false;
}

function same(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  const follows = old.classList.contains("log") && atEnd(old);
  sameAttributes(old, fresh);
  sameChildren(old, fresh);
  if (follows) old.scrollTop = old.scrollHeight;
}

// --- logs are followed by whoever has not scrolled away from their end

function atEnd(log) {
  return log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
}

function toEnds(root) {
  for (const log of root.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
}

// --- asking for news

class News {
  constructor(live, freshness) {
    this.live = live;
    this.freshness = freshness;
    this.every = Number(live.dataset.every);
    this.tag = "";
    this.failures = 0;
    this.timer = 0;
    this.asking = false;
    this.heard = new Date();
    document.addEventListener("visibilitychange", () => this.plan(0));
    this.plan(this.every);
  }

  plan(seconds) {
    clearTimeout(this.timer);
    if (!document.hidden && this.every) this.timer = setTimeout(() => this.ask(), seconds * 1000);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    const began = Date.now();
    try {
      const headers = this.tag ? { "If-None-Match": this.tag } : {};
      const answer = await fetch(location.pathname + location.search, { headers, cache: "no-store" });
      if (answer.status === 401) {
        this.signedOut();
      } else if (answer.status !== 304) {
        if (!answer.ok) throw new Error(answer.statusText);
        this.show(await answer.text());
        this.tag = answer.headers.get("ETag") || "";
      }
      this.failures = 0;
      this.heard = new Date();
      if (!this.every) return;
      this.stale("");
      this.say("This page shows news by itself.");
    } catch {
      this.failures += 1;
      if (this.failures === 2) {
        this.stale(`mdwatch has not answered since ${clock.format(this.heard)}. What you see is what was known then.`);
        this.say("");
      }
    } finally {
      this.asking = false;
      // A page that takes long to make is asked for less often.
      const pause = Math.max(this.every * 2 ** this.failures, ((Date.now() - began) / 1000) * SHARE);
      this.plan(Math.min(pause, LONGEST));
    }
  }

  signedOut() {
    this.every = 0;
    this.stale("You are not signed in any more. What you see is what was known then; load the page anew to sign in.");
    this.say("");
  }

  show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const live = fresh.getElementById("live");
    if (!live) return;
    inReadersZone(live);
    selectAll(live);
    this.every = Number(live.dataset.every || 0);
    const before = document.activeElement;
    same(this.live, live);
    document.title = fresh.title;
    // The button that had the focus is gone with its row: go on from its surroundings, not from the top of the page.
    if (before !== document.body && !before.isConnected) document.getElementById("main").focus({ preventScroll: true });
  }

  // Told at the top, and to screen readers at once: the page is not to be believed any more.
  stale(text) {
    const place = document.getElementById("stale");
    place.textContent = text;
    place.hidden = !text;
  }

  say(text) {
    if (this.freshness.textContent !== text) this.freshness.textContent = text;
  }
}

// A box that selects all that are listed, where there is a script to do it.
function selectAll(root) {
  for (const head of root.querySelectorAll("form.work th.pick")) {
    if (head.querySelector("input")) continue;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.setAttribute("aria-label", "Select all that are listed");
    box.addEventListener("change", () => {
      for (const other of head.closest("table").querySelectorAll("td.pick input")) other.checked = box.checked;
    });
    head.append(box);
  }
}

// Who would belong to a set, counted while its definition is being written.
function previewSets() {
  const form = document.querySelector("form[data-preview]");
  if (!form) return;
  const words = form.elements.definition;
  let timer = 0;
  let asked = 0;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = (asked += 1);
      try {
        const query = new URLSearchParams({ definition: words.value });
        const answer = await fetch(`${form.dataset.preview}?${query}`, { cache: "no-store" });
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("preview");
        // Only what was asked last is of interest.
        if (fresh && number === asked) document.getElementById("preview").replaceChildren(...fresh.childNodes);
      } catch {
        // The button still counts.
      }
    }, 500);
  });
}

function begin() {
  inReadersZone(document);
  selectAll(document);
  previewSets();
  toEnds(document);
  // A log that is opened is shown from its end.
  document.addEventListener("toggle", (event) => toEnds(event.target), true);
  // A notice is told once.
  const address = new URL(location.href);
  if (address.searchParams.has("note")) {
    address.searchParams.delete("note");
    history.replaceState(null, "", address);
  }
  const live = document.getElementById("live");
  if (live.dataset.every) new News(live, document.getElementById("freshness"));
}

begin();
