// About one chat: who is in it, and what its members may do.

import { html, nothing } from "../lit-html/lit-html.js";
import { ask, close, fill, show } from "../dialogs.js";
import { icons } from "../icons.js";
import { avatar, empty, field, person, small, spinner } from "../parts.js";
import { count, lastSeen } from "../words.js";
import { finder } from "./people.js";

export function info(app) {
  const id = Number(app.ui.route[1]);
  const chat = app.model.chats.get(id);
  if (!chat) return empty("No such chat", "It was deleted, or you are not in it.", html`<a class="button" href="#/chats">Your chats</a>`);
  if (!chat.participants) return spinner("Loading…");
  const own = chat.participants.find((one) => one.id === app.model.me.id)?.role;
  return html`
    <header class="bar">
      <a class="icon-button" href="#/chat/${id}" aria-label="Back to the chat">${icons.back}</a>
      <h1 tabindex="-1">About</h1>
    </header>
    <div class="scroll page">
      <div class="profile">
        ${avatar(app.model.other(chat)?.id && !chat.name ? app.model.other(chat).id : id, app.model.title(chat))}
        <h2>${app.model.title(chat)}</h2>
        <p>${chat.bio ?? (chat.type === "room" ? "A room, which anybody may join." : "")}</p>
      </div>
      <p class="ways"><a class="button" href="#/search/${id}">${icons.search} Search in this chat</a></p>
      ${chat.type === "private" ? privately(app, chat) : together(app, chat, own)}
    </div>
  `;
}

function privately(app, chat) {
  const other = app.model.other(chat);
  if (!other) return nothing;
  return html`
    <ul class="rows" aria-label="Who it is with">${person(app, other, { note: lastSeen(app.model.people.get(other.id)) })}</ul>
    <h2>Ending it</h2>
    <p class="buttons">
      ${small(`Block ${other.username}`, () =>
        ask(app, `Block ${other.username}?`, "Neither of you can write to the other, and you see nothing of each other's comings and goings.", "Block", async () => {
          await app.koine.call("POST", "/block", { user_id: other.id });
          app.model.blocked = [...app.model.blocked, other];
        }))}
      ${deletion(app, chat)}
    </p>
  `;
}

const deletion = (app, chat) =>
  small("Delete this chat", () =>
    ask(app, "Delete this chat?", "It goes with all its messages, for everybody who is in it.", "Delete", () => app.koine.call("DELETE", `/chat/${chat.id}`)),
  { kind: "danger" });

function together(app, chat, own) {
  const runs = own === "owner" || own === "admin";
  const sorted = [...chat.participants].sort((one, other) => RANK[one.role] - RANK[other.role] || one.username.localeCompare(other.username));
  return html`
    <h2>${count(sorted.length, "member", "members")}</h2>
    <ul class="rows" aria-label="Members">${sorted.map((one) => member(app, chat, one, own))}</ul>
    <p class="buttons">
      ${runs ? small("Add somebody", () => add(app, chat)) : nothing}
      ${runs ? small("Change name or description", () => rename(app, chat)) : nothing}
      ${small("Leave", () => ask(app, `Leave ${chat.name}?`, "You find it no longer, unless you are added again or join anew.", "Leave", () => app.koine.call("POST", `/chat/${chat.id}/leave`)))}
      ${runs ? deletion(app, chat) : nothing}
    </p>
  `;
}

const RANK = { owner: 0, admin: 1, member: 2 };
const ROLES = { owner: "Owner", admin: "Admin", member: "" };

function member(app, chat, one, own) {
  const me = one.id === app.model.me.id;
  const mayRemove = !me && (own === "owner" || (own === "admin" && one.role === "member"));
  const path = `/chat/${chat.id}/members/${one.id}`;
  return person(app, one, {
    note: [me ? "You" : "", ROLES[one.role]].filter(Boolean).join(" · ") || nothing,
    actions: html`
      ${own === "owner" && !me
        ? small(one.role === "member" ? "Make admin" : "Make member", () =>
            app.attempt(() => app.koine.call("PATCH", path, { role: one.role === "member" ? "admin" : "member" })),
          { name: `Make ${one.username} ${one.role === "member" ? "an admin" : "a plain member"}` })
        : nothing}
      ${mayRemove ? small("Remove", () => app.attempt(() => app.koine.call("DELETE", path)), { name: `Remove ${one.username}` }) : nothing}
    `,
  });
}

const add = (app, chat) =>
  show(app, {
    title: `Add to ${chat.name}`,
    content: () =>
      finder(app, "add", (user) =>
        small("Add", () => app.attempt(async () => (await app.koine.call("POST", `/chat/${chat.id}/members`, { user_ids: [user.id] }), close(app))), {
          name: `Add ${user.username}`,
        }),
      ),
  });

const rename = (app, chat) =>
  fill(app, `Change ${chat.name}`, {
    body: (errors) => html`
      ${field("Name", "name", { value: chat.name, longest: 64, invalid: errors.name })}
      ${field("Description", "bio", { value: chat.bio ?? "", longest: 64, invalid: errors.bio })}
    `,
    button: "Save",
    action: (fields) => app.koine.call("PATCH", `/chat/${chat.id}`, fields),
  });
