// The list of chats, and how one begins another.

import { html, nothing } from "../lit-html/lit-html.js";
import { repeat } from "../lit-html/directives/repeat.js";
import { close, fill, show } from "../dialogs.js";
import { icons } from "../icons.js";
import { avatar, empty, field, iconButton, small } from "../parts.js";
import { brief, gist } from "../words.js";
import { finder } from "./people.js";

export function chats(app) {
  const { list, nextChats } = app.model;
  return html`
    <header class="bar">
      <h1 tabindex="-1">Chats</h1>
      <div class="actions">${iconButton("New group", icons.people, () => newGroup(app))}${iconButton("New chat", icons.plus, () => newChat(app), "strong")}</div>
    </header>
    <div class="scroll">
      ${list.length ? nothing : empty("No chats yet", "Find somebody by name, or join a room.")}
      <ul class="chats" aria-label="Chats">${repeat(list, ({ id }) => id, (chat) => entry(app, chat))}</ul>
      ${nextChats ? html`<p class="more">${small("Older chats", () => app.attempt(() => app.model.moreChats()))}</p>` : nothing}
    </div>
  `;
}

function entry(app, chat) {
  const { model } = app;
  const title = model.title(chat);
  const last = chat.last_message;
  const here = app.ui.route[0] === "chat" && app.ui.route[1] === String(chat.id);
  return html`
    <li>
      <a class="row" href="#/chat/${chat.id}" aria-current=${here ? "true" : "false"}>
        ${avatar(model.other(chat)?.id && !chat.name ? model.other(chat).id : chat.id, title, !chat.name && model.people.get(model.other(chat)?.id)?.online)}
        <span class="row-text">
          <span class="row-line"><b>${title}</b>${last ? html`<time datetime=${last.created_at}>${brief(last.created_at)}</time>` : nothing}</span>
          <span class="row-line"><small>${preview(app, chat)}</small>
            ${chat.unread ? html`<b class="badge">${chat.unread}<span class="unseen"> unread</span></b>` : nothing}</span>
        </span>
      </a>
    </li>
  `;
}

function preview(app, chat) {
  const typists = app.model.typists(chat.id);
  if (typists.length) return html`<em>${typists[0]} is writing…</em>`;
  const draft = app.ui.drafts.get(chat.id)?.text;
  if (draft && app.ui.route[1] !== String(chat.id)) return html`<em>Draft:</em> ${draft}`;
  if (!chat.last_message) return chat.type === "room" ? "A new room" : "Nothing said yet";
  const { author_id } = chat.last_message;
  const who = author_id === app.model.me.id ? "You: " : chat.type === "private" ? "" : `${app.model.name(author_id)}: `;
  return who + gist(chat.last_message);
}

/** Opens the chat with somebody, which may be there already. */
export async function openWith(app, user) {
  try {
    const chat = await app.koine.call("POST", "/chat/private/create", { with_user_id: user.id });
    await app.model.details(chat.id);
    app.go(`#/chat/${chat.id}`);
  } catch (problem) {
    if (problem.code !== "CHAT_EXISTS") throw problem;
    app.go(`#/chat/${problem.more.chat_id}`);
  }
}

export function newChat(app) {
  show(app, {
    title: "New chat",
    content: () => finder(app, "chat", (user) => small("Write", () => app.attempt(async () => (close(app), openWith(app, user))), { name: `Write to ${user.username}` })),
  });
}

export function newGroup(app) {
  const friends = app.model.friends;
  fill(app, "New group", {
    body: (errors) => html`
      ${field("Name", "name", { longest: 64, invalid: errors.name, autofocus: true })}
      ${friends.length
        ? html`<fieldset class="choices"><legend>Who is in it</legend>${friends.map(choice)}</fieldset>`
        : html`<p>A group begins with friends. Ask somebody to be one, or open a room, which anybody may join.</p>`}
    `,
    button: "Open the group",
    action: async ({ name }, element) => {
      const with_ids = [...element.querySelectorAll("[name=member]:checked")].map(({ value }) => Number(value));
      const chat = await app.koine.call("POST", "/chat/group/create", { name, with_ids });
      await app.model.details(chat.id);
      app.go(`#/chat/${chat.id}`);
    },
  });
}

export const choice = ({ id, username }) => html`
  <label class="choice"><input type="checkbox" name="member" value=${id}>${avatar(id, username)}<span>${username}</span></label>
`;
