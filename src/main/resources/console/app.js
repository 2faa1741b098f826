// Puts the parts together: the client, what is known, what is shown. Everything is drawn anew whenever something has
// changed, which lit-html turns into the few changes of the page that are needed.

import { html, nothing, render } from "./lit-html/lit-html.js";
import { Koine } from "./client.js";
import { dialog } from "./dialogs.js";
import { Media } from "./media.js";
import { Model } from "./model.js";
import { gist, refusal } from "./words.js";
import { entry } from "./views/entry.js";
import { frame } from "./views/frame.js";
import { settle } from "./views/conversation.js";

class App {
  koine = new Koine();
  media = new Media(this.koine, () => this.update());
  model = this.#freshModel();
  /** What is shown, and what somebody is doing: nothing of it is known to the server. */
  ui = { route: [], forms: {}, drafts: new Map(), toasts: [], dialog: null, menu: null, lists: {} };

  #drawing = false;
  #root = document.getElementById("app");

  constructor() {
    this.koine.on("session", (me, reason) => this.#sessionChanged(me, reason));
    addEventListener("hashchange", () => (this.mailed ? location.reload() : this.#routeChanged()));
    addEventListener("online", () => this.koine.reconnect());
    addEventListener("storage", (event) => this.#changedInAnotherTab(event));
    document.addEventListener("visibilitychange", () => !document.hidden && (this.koine.reconnect(), this.update()));
    addEventListener("focus", () => this.update());
    this.#readRoute();
    this.koine.me && !this.mailed ? this.#begin() : this.update();
  }

  /** What a mailed link is for, which is told by its path: `password` or `email`, with its token. */
  mailed = mailedLink();

  #freshModel() {
    return new Model(this.koine, {
      changed: () => this.update(),
      said: (message, chat) => this.#said(message, chat),
      lost: (chat) => this.#lost(chat),
      reloaded: () => this.#reloaded(),
    });
  }

  async #begin() {
    this.update();
    try {
      await this.model.start();
      this.koine.flush();
    } catch (problem) {
      if (!this.koine.me) return;
      this.ui.startProblem = refusal(problem);
      setTimeout(() => this.#begin(), 3_000);
    }
    this.ui.startProblem = this.model.ready ? null : this.ui.startProblem;
    this.#routeChanged();
  }

  #sessionChanged(me, reason) {
    if (me) {
      this.go(this.ui.route[0] === "chat" ? location.hash : "#/chats");
      return void this.#begin();
    }
    // what was shown is not for whoever comes next: the page begins again, and says why
    const farewell = reason === "ended" ? "This device was signed out. Sign in again to go on." : "";
    sessionStorage.setItem("koine.farewell", this.ui.notice ?? farewell);
    location.replace("/");
    location.reload();
  }

  /** Tabs share the session and the outbox. Somebody else signed in there, or nobody any more: then here as well. */
  #changedInAnotherTab({ key, oldValue, newValue }) {
    const who = (session) => JSON.parse(session)?.user.id;
    if (key === "koine.session" && who(oldValue) !== who(newValue)) location.reload();
    else this.update();
  }

  // ---- routes

  go(hash) {
    if (location.hash === hash) this.#routeChanged();
    else location.hash = hash;
  }

  #readRoute() {
    this.ui.route = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  }

  #routeChanged() {
    this.#readRoute();
    this.ui.menu = null;
    this.ui.forms = {};
    this.update();
    this.#loadRoute();
    queueMicrotask(() => queueMicrotask(() => this.#focusRoute()));
  }

  #loadRoute() {
    const [page, id, message] = this.ui.route;
    if (page !== "chat" || !this.model.ready) return;
    const chat = Number(id);
    this.ui.follow = true;
    const { unread = 0, last_seq } = this.model.chats.get(chat) ?? {};
    this.ui.newSince = unread ? { chat, seq: last_seq - unread } : null;
    const reading = /^\d+$/.test(message ?? "") ? this.model.reach(chat, Number(message)) : this.model.read(chat);
    this.attempt(async () => {
      await reading;
      if (!this.model.chats.get(chat)?.participants) await this.model.details(chat);
    });
  }

  /** The keyboard, and a screen reader, go where the page went. */
  #focusRoute() {
    const wide = matchMedia("(min-width: 760px)").matches;
    const place = this.ui.route[0] === "chat" && !this.ui.route[2] && wide ? "#composer" : "h1";
    const places = [...document.querySelectorAll(`main ${place}, .side h1`)];
    places.find((element) => element.checkVisibility())?.focus({ preventScroll: true });
  }

  // ---- telling

  /** Does something, and says so if it fails. Gives whether it succeeded. */
  async attempt(action) {
    try {
      await action();
      return true;
    } catch (problem) {
      this.toast(refusal(problem));
      return false;
    } finally {
      this.update();
    }
  }

  toast(text) {
    const toast = { text };
    this.ui.toasts = [...this.ui.toasts, toast].slice(-3);
    this.announce(text);
    this.update();
    setTimeout(() => this.dismiss(toast), 6_000);
  }

  dismiss(toast) {
    this.ui.toasts = this.ui.toasts.filter((other) => other !== toast);
    this.update();
  }

  announce(text) {
    document.getElementById("announcements").textContent = text;
  }

  #said(message, chat) {
    const who = this.model.name(message.author_id);
    this.announce(chat.type === "private" ? `${who}: ${gist(message)}` : `${who} in ${chat.name}: ${gist(message)}`);
  }

  #lost(chat) {
    if (this.ui.route[0] !== "chat" || this.ui.route[1] !== String(chat.id)) return;
    this.toast(`${this.model.title(chat)} is not there any more, or you are not in it.`);
    this.go("#/chats");
  }

  #reloaded() {
    this.toast("The server can't tell what happened in between, so everything was loaded anew.");
    this.#loadRoute();
  }

  // ---- drawing

  update() {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  /** Draws, and then does something, before the next key or click is heard. */
  afterDrawing(action) {
    this.update();
    queueMicrotask(action);
  }

  #draw() {
    const signedIn = this.koine.me && !this.mailed;
    render(html`${signedIn ? frame(this) : entry(this)}${dialog(this)}${this.#toasts()}`, this.#root);
    const unread = this.model.list.reduce((sum, chat) => sum + chat.unread, 0);
    document.title = signedIn && unread ? `(${unread}) Koine` : "Koine";
    if (signedIn) settle(this);
  }

  #toasts() {
    if (!this.ui.toasts.length) return nothing;
    return html`<div class="toasts">
      ${this.ui.toasts.map((toast) => html`<button type="button" class="toast" @click=${() => this.dismiss(toast)}>${toast.text}</button>`)}
    </div>`;
  }
}

function mailedLink() {
  const purpose = { "/password/reset": "password", "/email/confirm": "email" }[location.pathname];
  const token = new URLSearchParams(location.search).get("token") ?? "";
  if (purpose) history.replaceState(null, "", "/"); // a token stays in no history
  return purpose && { purpose, token };
}

document.getElementById("app").replaceChildren();
new App();
