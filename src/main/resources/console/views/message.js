// One message, and what can be done with it.

import { html, nothing } from "../lit-html/lit-html.js";
import { ask, show } from "../dialogs.js";
import { icons } from "../icons.js";
import { avatar, small } from "../parts.js";
import { bytes, clock, full, gist } from "../words.js";
import { answer, change } from "./composer.js";
import { settle } from "./conversation.js";

const FATES = {
  sent: ["Sent", icons.check],
  delivered: ["Delivered", icons.checks],
  read: ["Read", icons.checks],
};

const ADDRESS = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/;

export function message(app, chat, one, first) {
  const mine = one.author_id === app.model.me.id;
  const author = app.model.name(one.author_id);
  const group = chat.type !== "private";
  return html`
    <li id="m-${one.id}" class="message ${mine ? "mine" : "theirs"} ${first ? "first" : ""} ${group ? "in-group" : ""}">
      ${group && !mine && first ? avatar(one.author_id, author) : nothing}
      <article class="bubble" aria-label="${mine ? "You" : author}, ${clock(one.created_at)}">
        ${group && !mine && first ? html`<p class="author hue-${one.author_id % 8}">${author}</p>` : nothing}
        ${one.reply_to ? quote(app, chat, one.reply_to) : nothing}
        ${one.media ? media(app, one) : nothing}
        ${one.contents ? html`<p class="text">${text(one.contents)}</p>` : nothing}
        <p class="foot"><time datetime=${one.created_at} title=${full(one.created_at)}>${clock(one.created_at)}</time>
          ${one.edited_at ? html`<span title="Edited ${full(one.edited_at)}">edited</span>` : nothing}
          ${mine ? tick(...FATES[app.model.fate(chat, one)], app.model.fate(chat, one)) : nothing}</p>
      </article>
      <div class="doing">
        <button type="button" class="icon-button doings" aria-label="What to do with: ${gist(one).slice(0, 40)}" aria-haspopup="menu"
          aria-expanded=${app.ui.menu === one.id} @click=${(event) => openMenu(app, one, event)}>${icons.more}</button>
        ${app.ui.menu === one.id ? menu(app, chat, one, mine) : nothing}
      </div>
    </li>
  `;
}

const tick = (name, icon, fate) => html`<span class="tick ${fate}" title=${name}>${icon}<span class="unseen">${name}</span></span>`;

/** Words with the addresses in them made links. All of it is text: nothing that somebody writes becomes markup. */
const text = (contents) =>
  contents.split(ADDRESS).map((part, index) =>
    index % 2 ? html`<a href=${part} target="_blank" rel="noopener noreferrer">${part}</a>` : part,
  );

function quote(app, chat, id) {
  const original = app.model.history(chat.id).get(id);
  return html`
    <a class="quote" href="#/chat/${chat.id}/${id}">
      <b>${original ? app.model.name(original.author_id) : "An earlier message"}</b>
      <span>${original ? gist(original) : "Show it"}</span>
    </a>
  `;
}

function media(app, { kind, media }) {
  if (kind === "image") return picture(app, media);
  return html`
    <button type="button" class="file" @click=${() => app.attempt(() => app.media.save(media))}>
      ${icons.file}<span><b>${media.file_name}</b><small>${bytes(media.size)}</small></span><span class="unseen">, download</span>
    </button>
  `;
}

function picture(app, media) {
  const url = app.media.url(media.thumbnail_url ?? media.url);
  if (url === undefined) return html`<p class="picture missing">${icons.warning} ${media.file_name}</p>`;
  return html`
    <button type="button" class="picture" aria-label="Picture ${media.file_name}, show it large" @click=${() => enlarge(app, media)}>
      ${url ? html`<img src=${url} alt=${media.file_name} @load=${() => settle(app)}>` : html`<span class="spinner"></span>`}
    </button>
  `;
}

function enlarge(app, media) {
  show(app, {
    title: media.file_name,
    wide: true,
    content: () => {
      const url = app.media.url(media.url);
      return html`
        ${url ? html`<img class="large" src=${url} alt=${media.file_name}>` : html`<p class="loading"><span class="spinner"></span>Loading…</p>`}
        <p class="ways"><small>${bytes(media.size)}</small>${small("Download", () => app.attempt(() => app.media.save(media)))}</p>
      `;
    },
  });
}

// ---- what to do with it

function openMenu(app, { id }, event) {
  app.ui.menu = app.ui.menu === id ? null : id;
  app.ui.menuOpener = event.currentTarget;
  app.afterDrawing(() => document.querySelector("[role=menuitem]")?.focus());
}

function closeMenu(app) {
  app.ui.menu = null;
  app.update();
}

function menu(app, chat, one, mine) {
  const standing = chat.participants?.find(({ id }) => id === app.model.me.id)?.role;
  const item = (name, icon, action, kind = "") => html`
    <button type="button" role="menuitem" class=${kind} @click=${() => (closeMenu(app), action())}>${icon}${name}</button>
  `;
  return html`
    <div class="menu" role="menu" aria-label="Message" @keydown=${(event) => menuKey(app, event)} @focusout=${(event) => left(app, event)}>
      ${item("Reply", icons.reply, () => answer(app, chat, one))}
      ${one.contents ? item("Copy", icons.copy, () => app.attempt(() => copy(app, one))) : nothing}
      ${mine ? item("Edit", icons.edit, () => change(app, chat, one)) : nothing}
      ${mine || ["owner", "admin"].includes(standing) ? item("Delete", icons.trash, () => remove(app, one), "danger") : nothing}
    </div>
  `;
}

async function copy(app, { contents }) {
  await navigator.clipboard.writeText(contents);
  app.toast("Copied.");
}

const remove = (app, one) =>
  ask(app, "Delete this message?", "It is taken away for everybody, and can't be brought back.", "Delete", () =>
    app.koine.call("DELETE", `/message/${one.id}`),
  );

function menuKey(app, event) {
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  else if (event.key === "Escape") (app.ui.menuOpener.focus(), closeMenu(app));
  else return;
  event.preventDefault();
}

function left(app, event) {
  if (![event.currentTarget, app.ui.menuOpener].some((element) => element.contains(event.relatedTarget))) closeMenu(app);
}

// ---- what is on its way

export const waiting = (app, entry) => html`
  <li class="message mine first waiting">
    <article class="bubble ${entry.error ? "failed" : ""}" aria-label="You, ${entry.error ? "not sent" : "waiting to be sent"}">
      ${entry.kind && entry.kind !== "text" ? html`<p class="text">${entry.kind === "image" ? "A picture" : "A file"}</p>` : nothing}
      ${entry.contents ? html`<p class="text">${entry.contents}</p>` : nothing}
      <p class="foot">${entry.error
        ? html`<span role="alert">Not sent: ${entry.error.message}.</span>
            ${small("Try again", () => app.koine.retry(entry.key))}${small("Discard", () => app.koine.discard(entry.key))}`
        : html`<time>${clock(entry.created_at)}</time><span class="tick" title="Waiting">${icons.clock}<span class="unseen">Waiting to be sent</span></span>`}</p>
    </article>
  </li>
`;
