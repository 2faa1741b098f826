// Friends, who wants to be one, who is blocked, and everybody else by name.

import { html, nothing } from "../lit-html/lit-html.js";
import { ask } from "../dialogs.js";
import { empty, heading, person, small } from "../parts.js";
import { lastSeen } from "../words.js";
import { openWith } from "./chats.js";

const PAUSE = 250;

export function people(app) {
  const { model } = app;
  const { incoming, outgoing } = model.requests;
  return html`
    ${heading("People")}
    <div class="scroll page">
      <section aria-label="Find somebody">${finder(app, "people", (user) => meeting(app, user))}</section>
      ${list("Want to be your friend", incoming, (user) => person(app, user, {
        actions: html`
          ${small("Accept", () => act(app, "POST", "/friend/accept", user), { name: `Accept ${user.username}`, kind: "strong" })}
          ${small("Decline", () => act(app, "POST", "/friend/deny", user), { name: `Decline ${user.username}` })}`,
      }))}
      <h2>Friends</h2>
      ${model.friends.length ? nothing : empty("No friends yet", "Find somebody above, and ask.")}
      <ul class="rows" aria-label="Friends">
        ${model.friends.map((user) => person(app, user, {
          note: lastSeen(model.people.get(user.id)),
          actions: html`
            ${small("Write", () => app.attempt(() => openWith(app, user)), { name: `Write to ${user.username}`, kind: "strong" })}
            ${small("Remove", () => ask(app, `End the friendship with ${user.username}?`, "Your chat stays.", "End it", () => act(app, "DELETE", `/friend/${user.id}`)), { name: `Remove ${user.username}` })}`,
        }))}
      </ul>
      ${list("You have asked", outgoing, (user) => person(app, user, {
        note: "has not answered yet",
        actions: small("Take back", () => act(app, "DELETE", `/friend/${user.id}`), { name: `Take back the request to ${user.username}` }),
      }))}
      ${list("Blocked", model.blocked, (user) => person(app, user, {
        actions: small("Unblock", () => app.attempt(async () => {
          await app.koine.call("DELETE", `/block/${user.id}`);
          model.blocked = model.blocked.filter(({ id }) => id !== user.id);
        }), { name: `Unblock ${user.username}` }),
      }))}
    </div>
  `;
}

const list = (title, users, row) =>
  users.length ? html`<h2>${title}</h2><ul class="rows" aria-label=${title}>${users.map(row)}</ul>` : nothing;

/** What it changes for both comes as an event; what only this side sees is asked for. */
const act = (app, method, path, user) =>
  app.attempt(async () => {
    await app.koine.call(method, path, user && { user_id: user.id });
    app.model.requests = await app.koine.call("GET", "/friend/requests");
  });

function meeting(app, user) {
  const known = app.model.friends.some(({ id }) => id === user.id);
  const asked = app.model.requests.outgoing.some(({ id }) => id === user.id);
  return html`
    ${small("Write", () => app.attempt(() => openWith(app, user)), { name: `Write to ${user.username}` })}
    ${known ? nothing : asked ? html`<small>asked</small>` : small("Befriend", () => act(app, "POST", "/friend/request", user), { name: `Ask ${user.username} to be friends`, kind: "strong" })}
  `;
}

/** A field that finds people as one types, and what to do with each. */
export function finder(app, name, actions) {
  const found = (app.ui.lists[name] ??= { text: "", users: null });
  return html`
    <label class="field"><span>Find somebody by name</span>
      <input type="search" name="find" autocomplete="off" spellcheck="false" maxlength="64" .value=${found.text} @input=${(event) => find(app, found, event.target.value)}></label>
    <div role="status">${found.users?.length === 0 ? html`<p class="quiet">Nobody of that name.</p>` : nothing}
      ${found.problem ? html`<p class="problem">${found.problem}</p>` : nothing}</div>
    <ul class="rows" aria-label="Found">${found.users?.map((user) => person(app, user, { actions: actions(user) }))}</ul>
  `;
}

function find(app, found, text) {
  found.text = text;
  clearTimeout(found.timer);
  found.timer = setTimeout(
    () => app.attempt(async () => {
      const q = text.trim();
      const users = q ? (await app.koine.call("GET", `/user/search?q=${encodeURIComponent(q)}`)).users : null;
      if (found.text === text) found.users = users; // what was asked for last
    }),
    PAUSE,
  );
}
