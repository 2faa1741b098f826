// One chat: its messages, and where one writes.

import { html, nothing } from "../lit-html/lit-html.js";
import { repeat } from "../lit-html/directives/repeat.js";
import { icons } from "../icons.js";
import { avatar, empty, skeleton } from "../parts.js";
import { count, day, lastSeen } from "../words.js";
import { composer, takeFile } from "./composer.js";
import { message, waiting } from "./message.js";

const NEAR = 48;
const TOGETHER = 5 * 60_000;

const shown = (app) => Number(app.ui.route[1]);

export function conversation(app) {
  const id = shown(app);
  const chat = app.model.chats.get(id);
  const history = app.model.history(id);
  if (!chat) return history.loading ? skeleton() : empty("No such chat", "It was deleted, or you are not in it.", html`<a class="button" href="#/chats">Your chats</a>`);
  return html`
    <section class="conversation" aria-label="Chat: ${app.model.title(chat)}"
      @dragover=${(event) => event.preventDefault()} @drop=${(event) => dropped(app, chat, event)}>
      ${top(app, chat)}
      <div id="messages" class="scroll" role="region" aria-label="Messages" tabindex="0" @scroll=${() => scrolled(app)}>
        ${beginning(app, chat, history)}
        <ol class="messages">${lines(app, chat, history)}</ol>
      </div>
      ${app.ui.follow ? nothing : html`<button type="button" class="to-end" aria-label="To the newest message" @click=${() => toEnd(app)}>${icons.down}${chat.unread || nothing}</button>`}
      <p class="typing" role="status">${typing(app, id)}</p>
      ${composer(app, chat)}
    </section>
  `;
}

function top(app, chat) {
  const other = app.model.other(chat);
  const isPrivate = chat.type === "private";
  const person = isPrivate ? app.model.people.get(other?.id) : null;
  return html`
    <header class="bar">
      <a class="icon-button only-narrow" href="#/chats" aria-label="Back to chats">${icons.back}</a>
      <a class="row about" href="#/chat/${chat.id}/info" aria-label="About ${app.model.title(chat)}">
        ${avatar(other && isPrivate ? other.id : chat.id, app.model.title(chat), person?.online)}
        <span class="row-text"><b class="title" role="heading" aria-level="1">${app.model.title(chat)}</b>
          <small>${isPrivate ? lastSeen(person) : members(chat)}</small></span>
      </a>
      <div class="actions"><a class="icon-button" href="#/chat/${chat.id}/info" aria-label="Members and settings">${icons.info}</a></div>
    </header>
  `;
}

const members = (chat) => (chat.participants ? count(chat.participants.length, "member", "members") : chat.type);

function beginning(app, chat, history) {
  if (!history.loaded) return skeleton(6);
  if (history.loading) return html`<p class="loading" role="status"><span class="spinner"></span>Earlier messages…</p>`;
  if (!history.complete) return html`<p class="more"><button type="button" class="small" @click=${() => older(app)}>Earlier messages</button></p>`;
  if (history.messages.length) return html`<p class="begin">This is where ${chat.type === "private" ? "you two began" : `${app.model.title(chat)} began`}.</p>`;
  return empty("Nothing said yet", "The first word is yours.");
}

/** The messages with the days between them, and then what is on its way. */
function lines(app, chat, history) {
  const pending = app.koine.outbox.filter(({ key, chat_id }) => chat_id === chat.id && !app.model.arrived.has(key));
  const all = history.loaded ? history.messages : [];
  const since = app.ui.newSince?.chat === chat.id ? app.ui.newSince.seq : Infinity;
  return [
    repeat(all, ({ id }) => id, (one, index) => {
      const before = all[index - 1];
      const newDay = !before || day(before.created_at) !== day(one.created_at);
      const isNew = one.seq > since && !(before?.seq > since);
      const first = newDay || isNew || before.author_id !== one.author_id || Date.parse(one.created_at) - Date.parse(before.created_at) > TOGETHER;
      return html`
        ${newDay ? html`<li class="day"><span>${day(one.created_at)}</span></li>` : nothing}
        ${isNew ? html`<li class="new"><span>New</span></li>` : nothing}
        ${message(app, chat, one, first)}
      `;
    }),
    repeat(pending, ({ key }) => key, (entry) => waiting(app, entry)),
  ];
}

function typing(app, id) {
  const names = app.model.typists(id);
  if (!names.length) return "";
  return names.length === 1 ? `${names[0]} is writing…` : `${names.slice(0, 3).join(", ")} are writing…`;
}

function dropped(app, chat, event) {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) takeFile(app, chat, file);
}

// ---- where one looks

const scroller = () => document.getElementById("messages");

function older(app) {
  return app.attempt(() => app.model.older(shown(app)));
}

function scrolled(app) {
  const element = scroller();
  if (!element) return;
  const follow = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
  if (app.ui.sight) app.ui.sight.top = element.scrollTop;
  const { loaded, complete, loading } = app.model.history(shown(app));
  if (element.scrollTop < 4 * NEAR && loaded && !complete && !loading && !follow) older(app);
  if (follow === app.ui.follow) return;
  app.ui.follow = follow;
  app.update();
}

export function toEnd(app) {
  app.ui.follow = true;
  app.update();
}

/** After each drawing: stays at the end if one was there, and where one was if something came above it. */
export function settle(app) {
  const element = scroller();
  if (!element || app.ui.route[0] !== "chat") return;
  const history = app.model.history(shown(app));
  const first = history.messages[0]?.id;
  const { sight } = app.ui;
  if (jump(app, element)) app.ui.follow = false;
  else if (app.ui.follow) element.scrollTop = element.scrollHeight;
  else if (sight && sight.chat === shown(app) && sight.first !== first) element.scrollTop = sight.top + element.scrollHeight - sight.height;
  app.ui.sight = { chat: shown(app), first, top: element.scrollTop, height: element.scrollHeight };
  if (app.ui.follow && !document.hidden && document.hasFocus()) app.model.saw(shown(app));
}

/** To the message that the address names, once. */
function jump(app, element) {
  const target = app.ui.route[2];
  if (!target || app.ui.jumped === location.hash) return false;
  const place = element.querySelector(`#m-${CSS.escape(target)}`);
  if (!place) return false;
  app.ui.jumped = location.hash;
  place.scrollIntoView({ block: "center" });
  place.classList.add("found");
  setTimeout(() => place.classList.remove("found"), 2_500);
  return true;
}

