// Rooms, which are found by name and joined by anybody.

import { html, nothing } from "../lit-html/lit-html.js";
import { fill } from "../dialogs.js";
import { icons } from "../icons.js";
import { avatar, empty, field, heading, iconButton, skeleton, small } from "../parts.js";
import { count } from "../words.js";

const PAUSE = 250;

export function rooms(app) {
  const list = (app.ui.lists.rooms ??= { text: "", rooms: null, next: null });
  if (!list.rooms && !list.loading) load(app, list);
  return html`
    ${heading("Rooms", iconButton("New room", icons.plus, () => newRoom(app), "strong"))}
    <div class="scroll page">
      <label class="field"><span>Find a room by name</span>
        <input type="search" name="find" autocomplete="off" maxlength="64" .value=${list.text} @input=${(event) => find(app, list, event.target.value)}></label>
      ${list.rooms ? nothing : skeleton(5)}
      <div role="status">${list.rooms?.length === 0
        ? empty(list.text ? "No such room" : "No rooms yet", "Open one: anybody may join it.", html`<button type="button" class="primary" @click=${() => newRoom(app)}>New room</button>`)
        : nothing}</div>
      <ul class="rows" aria-label="Rooms">${list.rooms?.map((room) => row(app, room))}</ul>
      ${list.next ? html`<p class="more">${small("More rooms", () => load(app, list, list.next))}</p>` : nothing}
    </div>
  `;
}

function row(app, room) {
  const inside = app.model.chats.has(room.id);
  return html`
    <li class="row">
      ${avatar(room.id, room.name)}
      <span class="row-text"><b>${room.name}</b><small>${[count(room.members, "member", "members"), room.bio].filter(Boolean).join(" · ")}</small></span>
      <span class="row-actions">${inside
        ? html`<a class="small" href="#/chat/${room.id}" aria-label="Open ${room.name}">Open</a>`
        : small("Join", () => join(app, room), { name: `Join ${room.name}`, kind: "strong" })}</span>
    </li>
  `;
}

const join = (app, { name }) =>
  app.attempt(async () => {
    const chat = await app.koine.call("POST", "/chat/room/join", { name });
    await app.model.details(chat.id);
    app.go(`#/chat/${chat.id}`);
  });

function load(app, list, cursor) {
  const { text } = list;
  const query = [text.trim() && `q=${encodeURIComponent(text.trim())}`, cursor && `cursor=${encodeURIComponent(cursor)}`];
  list.loading = true;
  return app.attempt(async () => {
    try {
      const page = await app.koine.call("GET", `/chat/rooms?${query.filter(Boolean).join("&")}`);
      if (list.text !== text) return;
      list.rooms = cursor ? [...list.rooms, ...page.rooms] : page.rooms;
      list.next = page.next;
    } finally {
      list.loading = false;
    }
  });
}

function find(app, list, text) {
  list.text = text;
  clearTimeout(list.timer);
  list.timer = setTimeout(() => load(app, list), PAUSE);
}

export const newRoom = (app) =>
  fill(app, "New room", {
    body: (errors) => html`
      ${field("Name", "name", { longest: 64, invalid: errors.name, autofocus: true })}
      ${field("What it is about", "bio", { hint: "optional", longest: 64, invalid: errors.bio })}
    `,
    button: "Open the room",
    action: async ({ name, bio }) => {
      const chat = await app.koine.call("POST", "/chat/room/create", { name: name.trim(), bio: bio || undefined });
      delete app.ui.lists.rooms;
      await app.model.details(chat.id);
      app.go(`#/chat/${chat.id}`);
    },
  });
