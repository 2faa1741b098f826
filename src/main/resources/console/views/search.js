// Finding what was said, by words.

import { html, nothing } from "../lit-html/lit-html.js";
import { empty, form, heading, small } from "../parts.js";
import { brief, gist } from "../words.js";

export function search(app) {
  const found = (app.ui.lists.search ??= { text: "", messages: null, next: null });
  const chat = app.model.chats.get(Number(app.ui.route[1]));
  return html`
    ${heading("Search")}
    <div class="scroll page">
      ${form(app, "search", {
        body: () => html`<label class="field"><span>${chat ? `Words said in ${app.model.title(chat)}` : "Words said in your chats"}</span>
          <input type="search" name="q" required maxlength="128" autocomplete="off" .value=${found.text}></label>`,
        button: "Search",
        kind: "beside",
        action: ({ q }) => load(app, found, q, chat),
      })}
      ${chat ? html`<p><a href="#/search">Search in all chats</a></p>` : nothing}
      <div role="status">${found.messages?.length === 0 ? empty("Nothing found", "Words are found whole, in any order.") : nothing}</div>
      <ul class="rows" aria-label="Found messages">${found.messages?.map((message) => row(app, message))}</ul>
      ${found.next ? html`<p class="more">${small("More", () => app.attempt(() => load(app, found, found.text, chat, found.next)))}</p>` : nothing}
    </div>
  `;
}

function row(app, message) {
  const chat = app.model.chats.get(message.chat_id);
  return html`
    <li><a class="row" href="#/chat/${message.chat_id}/${message.id}">
      <span class="row-text">
        <span class="row-line"><b>${app.model.name(message.author_id)}${chat ? html` <small>in ${app.model.title(chat)}</small>` : nothing}</b>
          <time datetime=${message.created_at}>${brief(message.created_at)}</time></span>
        <span class="excerpt">${gist(message)}</span>
      </span></a></li>
  `;
}

async function load(app, found, text, chat, before) {
  found.text = text;
  if (!text.trim()) return;
  const scope = chat ? `&chat_id=${chat.id}` : "";
  const page = await app.koine.call("GET", `/search?q=${encodeURIComponent(text)}${scope}${before ? `&before=${before}` : ""}`);
  found.messages = before ? [...found.messages, ...page.messages] : page.messages;
  found.next = page.next;
  const unknown = [...new Set(page.messages.map(({ chat_id }) => chat_id))].filter((id) => !app.model.chats.get(id)?.participants);
  await Promise.all(unknown.map((id) => app.model.details(id)));
}
