// The page of who is signed in: where one can go, the chats, and what was gone to.

import { html, nothing } from "../lit-html/lit-html.js";
import { icons } from "../icons.js";
import { empty, skeleton, spinner } from "../parts.js";
import { count } from "../words.js";
import { chats, newChat } from "./chats.js";
import { conversation } from "./conversation.js";
import { info } from "./info.js";
import { people } from "./people.js";
import { rooms } from "./rooms.js";
import { search } from "./search.js";
import { settings } from "./settings.js";

const PAGES = [
  ["chats", "Chats", icons.chats],
  ["people", "People", icons.people],
  ["rooms", "Rooms", icons.rooms],
  ["search", "Search", icons.search],
  ["settings", "Settings", icons.settings],
];

export function frame(app) {
  const [page = "chats"] = app.ui.route;
  const narrow = page === "chats" ? "list" : "page";
  return html`
    <button type="button" class="skip" @click=${() => document.querySelector("main").focus()}>Skip to the content</button>
    <div class="shell shows-${narrow} ${page === "chat" ? "in-chat" : ""}">
      ${navigation(app, page)}
      <section class="side" aria-label="Chats">${connection(app)}${app.model.ready ? chats(app) : starting(app)}</section>
      <main id="main" tabindex="-1">${narrow === "page" ? connection(app, "only-narrow") : nothing}${app.model.ready ? content(app, page) : nothing}</main>
    </div>
  `;
}

function navigation(app, page) {
  const here = page === "chat" ? "chats" : page;
  const counts = {
    chats: app.model.list.filter(({ unread }) => unread).length,
    people: app.model.requests.incoming.length,
  };
  return html`
    <nav class="places" aria-label="Places">
      ${PAGES.map(
        ([name, title, icon]) => html`
          <a href="#/${name}" aria-current=${here === name ? "page" : "false"}>
            ${icon}<span>${title}</span>
            ${counts[name] ? html`<b class="badge"><span class="unseen">, new: </span>${counts[name]}</b>` : nothing}
          </a>
        `,
      )}
    </nav>
  `;
}

const starting = (app) => html`
  <header class="bar"><h1>Chats</h1></header>
  ${app.ui.startProblem ? html`<p class="problem" role="alert">${app.ui.startProblem} Trying again…</p>` : spinner("Loading your chats…")}
  ${skeleton(7)}
`;

/** Said as long as one is not up to date; what was written meanwhile is not lost, and it says so. */
function connection(app, kind = "") {
  if (!app.model.ready || app.koine.connection === "live") return nothing;
  const waiting = app.koine.outbox.length;
  return html`<p class="connection ${kind}" role=${kind ? "none" : "status"}>
    <span class="spinner"></span>reconnecting…
    ${waiting ? html`<small>${count(waiting, "message waits", "messages wait")} to be sent</small>` : nothing}
  </p>`;
}

function content(app, page) {
  switch (page) {
    case "chat":
      return app.ui.route[2] === "info" ? info(app) : conversation(app);
    case "people":
      return people(app);
    case "rooms":
      return rooms(app);
    case "search":
      return search(app);
    case "settings":
      return settings(app);
    default:
      return empty(
        `Hello, ${app.model.me.username}.`,
        "Choose a chat, or begin one.",
        html`<button type="button" class="primary" @click=${() => newChat(app)}>New chat</button>`,
      );
  }
}
