// The practice phone. It asks the service for the conversation and shows it; text is only ever put in as text.
"use strict";

const EVERY = 1000; // milliseconds between two looks
const find = (id) => document.getElementById(id);
const log = find("log");
const which = find("which");
const write = find("write");
const text = find("text");
const shown = new Map(); // message key → what stands on the screen, and what it was drawn from

let version = "";
let release = ""; // of the content that is live
let mapped = ""; // the flow and the release that the map was drawn from
let busy = 0; // requests that change something and have not come back

// ---------------------------------------------------------------- asking

function phone() {
  return { phone: which.elements.phone.value, look: which.elements.look.value };
}

async function ask(path, fields) {
  const mine = JSON.stringify(phone());
  const options = fields
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...phone(), ...fields }) }
    : {};
  let answer, state;
  try {
    answer = await fetch(path, options);
    state = await answer.json();
  } catch {
    trouble("The service does not answer. Is it still running in the terminal?");
    return null;
  }
  if (!answer.ok) {
    trouble(state.error || "That did not work.");
    return null;
  }
  trouble("");
  if (mine !== JSON.stringify(phone())) return null; // another phone was chosen meanwhile
  show(state);
  return state;
}

async function change(path, fields) {
  busy += 1;
  try {
    return await ask(path, fields);
  } finally {
    busy -= 1;
  }
}

function look() {
  return ask("/practice/messages?" + new URLSearchParams({ ...phone(), after: version }));
}

async function keepLooking() {
  if (!busy && !document.hidden) await look();
  setTimeout(keepLooking, EVERY);
}

// ---------------------------------------------------------------- showing

function trouble(words) {
  find("trouble").textContent = words;
  find("trouble").hidden = !words;
}

function show(state) {
  find("service").textContent = state.service;
  find("now").textContent = state.now;
  find("quiet").textContent = state.quiet;
  find("quiet").hidden = !state.quiet;
  find("next").textContent = state.next;
  find("total").textContent = state.total;
  showSaved(state.saved);
  showAlerts(state.alerts);
  showMap(state.where);
  if (!state.messages) return;
  const first = version === "";
  version = state.version;
  const atFoot = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  log.setAttribute("aria-live", first ? "off" : "polite"); // what was said before is not read out again
  arrange(rows(state.messages));
  find("empty").hidden = state.messages.length > 0;
  if (first || atFoot) log.scrollTop = log.scrollHeight;
}

// A heading where the day changes, then its messages.
function rows(messages) {
  const found = [];
  let day = "";
  for (const message of messages) {
    if (message.day !== day) found.push({ key: "day " + message.day, heading: message.day });
    day = message.day;
    found.push(message);
  }
  return found;
}

// Puts every row in its place and touches nothing that is there already, so that it is not read out twice.
function arrange(wanted) {
  const keys = new Set(wanted.map((row) => row.key));
  for (const [key, { item }] of shown) {
    if (!keys.has(key)) {
      item.remove();
      shown.delete(key);
    }
  }
  wanted.forEach((row, place) => {
    const known = shown.get(row.key);
    const drawn = JSON.stringify(row);
    let item = known?.item;
    if (known?.drawn !== drawn) {
      item = row.heading ? heading(row) : bubble(row);
      known?.item.replaceWith(item);
      shown.set(row.key, { item, drawn });
    }
    if (log.children[place] !== item) log.insertBefore(item, log.children[place] || null);
  });
}

function make(tag, kind, words) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (words) made.textContent = words;
  return made;
}

function heading(row) {
  return make("li", "day", row.heading);
}

function bubble(row) {
  const item = make("li", row.mine ? "mine" : "theirs");
  item.dataset.state = row.state;
  const box = make("div", "bubble");
  if (row.picture) {
    const picture = make("img", "picture");
    picture.src = row.picture;
    picture.alt = ""; // the words below it say the same
    box.append(picture);
  }
  box.append(make("span", "unseen", row.mine ? "You: " : "The bot: "), make("span", "words", row.text));
  item.append(box);
  if (row.buttons.length) {
    const group = make("div", "buttons");
    for (const { label, data } of row.buttons) {
      const button = make("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => change("/practice/tap", { data }));
      group.append(button);
    }
    item.append(group);
  }
  item.append(make("small", "note", [row.at, row.note].filter(Boolean).join(" · ")));
  return item;
}

// ---------------------------------------------------------------- beside the phone

function showSaved(saved) {
  if (release && release !== saved.release) find("news").textContent = "Your change is live here.";
  release = saved.release;
  const faults = find("faults");
  const drawn = JSON.stringify(saved.faults);
  if (faults.dataset.drawn !== drawn) {
    faults.dataset.drawn = drawn;
    faults.replaceChildren(
      ...saved.faults.map(({ place, what, fix }) => {
        const item = make("li");
        item.append(make("b", "", place), " ", what);
        if (fix) item.append(make("span", "fix", "Fix: " + fix));
        return item;
      }),
    );
    if (saved.faults.length) find("news").textContent = "";
  }
  find("more").textContent = "And " + saved.more + " more: type fingerpost check.";
  find("more").hidden = !saved.more;
  find("saved").hidden = !saved.faults.length;
}

function showAlerts(alerts) {
  const list = find("alerts");
  const drawn = JSON.stringify(alerts);
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  list.replaceChildren(
    ...alerts.map(({ policy, about, standing, crisis }) => {
      const item = make("li", crisis ? "crisis" : "");
      item.append(make("b", "", policy), " ", about, make("small", "note", standing));
      return item;
    }),
  );
  find("calm").hidden = alerts.length > 0;
}

async function showMap(where) {
  find("before").hidden = !where || where.step !== null;
  const flow = find("flow").value || where?.flow || "";
  const wanted = flow + " " + release;
  if (mapped !== wanted) {
    mapped = wanted;
    try {
      const answer = await fetch("/practice/map?" + new URLSearchParams({ flow }));
      const map = await answer.json();
      if (mapped === wanted) drawMap(map);
    } catch {
      mapped = ""; // it is asked for again in a second
      return;
    }
  }
  for (const item of find("map").children) {
    const here = !!where && item.dataset.flow === where.flow && item.dataset.step === String(where.step ?? "nowhere");
    if (here && !item.hasAttribute("aria-current")) {
      item.setAttribute("aria-current", "step");
      keepInSight(item);
    } else if (!here) {
      item.removeAttribute("aria-current");
    }
  }
}

// Only the map scrolls: the page stays where its reader is.
function keepInSight(item) {
  const map = find("map");
  const top = item.offsetTop;
  if (top < map.scrollTop || top + item.offsetHeight > map.scrollTop + map.clientHeight) {
    map.scrollTop = top - map.clientHeight / 3;
  }
}

function drawMap(map) {
  find("map").replaceChildren(
    ...map.lines.map(({ depth, text, step }) => {
      const item = make("li", step === null ? "lead" : "", text);
      item.dataset.flow = map.flow;
      item.dataset.step = String(step);
      item.style.marginInlineStart = depth * 0.9 + "rem";
      return item;
    }),
  );
  const known = new Set(Array.from(find("flow").options, (option) => option.value));
  for (const name of map.flows) {
    if (!known.has(name)) find("flow").add(new Option(name, name));
  }
  for (const option of Array.from(find("flow").options)) {
    if (option.value && !map.flows.includes(option.value)) option.remove();
  }
}

find("flow").addEventListener("change", look);

// ---------------------------------------------------------------- doing

write.addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value;
  if (!words.trim()) return;
  text.value = "";
  grow();
  text.focus();
  if (!(await change("/practice/send", { text: words })) && !text.value) text.value = words;
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    write.requestSubmit();
  }
});

text.addEventListener("input", grow);

function grow() {
  text.style.height = "auto";
  text.style.height = Math.min(text.scrollHeight + 2, 140) + "px";
}

for (const button of document.querySelectorAll(".moves button")) {
  button.addEventListener("click", async () => {
    const { hours, until } = button.dataset;
    find("moved").textContent = "";
    const state = await change("/practice/clock", until ? { until } : { hours: Number(hours) });
    if (state) find("moved").textContent = "The clock has moved on to " + state.now + ".";
  });
}

which.addEventListener("submit", (event) => event.preventDefault());
which.addEventListener("change", () => {
  history.replaceState(null, "", "?" + new URLSearchParams(phone()));
  begin();
});

function begin() {
  version = "";
  find("moved").textContent = "";
  arrange([]);
  document.body.dataset.look = phone().look;
  look();
}

// The address keeps the phone, so that two windows can be two phones.
const asked = new URLSearchParams(location.search);
for (const name of ["phone", "look"]) {
  if (asked.get(name)) which.elements[name].value = asked.get(name);
}
if (!which.elements.phone.value) which.elements.phone.selectedIndex = 0;
if (!which.elements.look.value) which.elements.look.value = "sms";
begin();
setTimeout(keepLooking, EVERY);
