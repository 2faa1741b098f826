// Small pieces of the page that several views have.

import { html, nothing } from "./lit-html/lit-html.js";
import { icons } from "./icons.js";
import { refusal } from "./words.js";

/** Somebody's or something's initial, in one of eight colours. */
export const avatar = (id, name, online) => html`
  <span class="avatar hue-${id % 8}" aria-hidden="true">${[...name][0]?.toUpperCase()}${online ? html`<i class="here"></i>` : nothing}</span>
`;

export const iconButton = (name, icon, action, more = "") => html`
  <button type="button" class="icon-button ${more}" aria-label=${name} title=${name} @click=${action}>${icon}</button>
`;

export const spinner = (what) => html`<p class="loading" role="status"><span class="spinner"></span>${what}</p>`;

/** What stands in place of a list before it is there. */
export const skeleton = (rows = 5) => html`
  <div class="skeletons" aria-hidden="true">
    ${Array.from({ length: rows }, () => html`<div class="skeleton"><span></span><div><b></b><i></i></div></div>`)}
  </div>
`;

export const empty = (title, text, action = nothing) => html`
  <div class="empty"><p class="empty-title">${title}</p><p>${text}</p>${action}</div>
`;

/** The heading of a page, with the way back to the list on narrow screens. */
export const heading = (title, actions = nothing) => html`
  <header class="bar">
    <a class="icon-button only-narrow" href="#/chats" aria-label="Back to chats">${icons.back}</a>
    <h1 tabindex="-1">${title}</h1>
    <div class="actions">${actions}</div>
  </header>
`;

/**
 * A form whose action is asynchronous: its button waits, and a refusal stands above it, where a screen reader hears it.
 *
 * @param name   what its state is kept by
 * @param action gets the fields as an object, and the form
 */
export function form(app, name, { body, button, action, kind = "" }) {
  const { busy, problem } = app.ui.forms[name] ?? {};
  return html`
    <form class="form ${kind}" name=${name} @submit=${(event) => submit(app, name, event, action)} novalidate>
      ${body(problem?.errors ?? {})}
      ${problem ? html`<p class="problem" role="alert">${icons.warning} ${refusal(problem)}</p>` : nothing}
      <button class="primary" ?disabled=${busy}>${busy ? html`<span class="spinner"></span>` : nothing}${button}</button>
    </form>
  `;
}

async function submit(app, name, event, action) {
  event.preventDefault();
  const target = event.target;
  app.ui.forms[name] = { busy: true };
  app.update();
  try {
    await action(Object.fromEntries(new FormData(target)), target);
    delete app.ui.forms[name];
  } catch (problem) {
    app.ui.forms[name] = { problem };
    target.querySelector(`[name="${Object.keys(problem.errors ?? {})[0]}"]`)?.focus();
  }
  app.update();
}

/** A labelled field of a form. */
export const field = (label, name, { type = "text", complete = "off", hint, invalid, value = "", ...more } = {}) => html`
  <label class="field">
    <span>${label}${hint ? html` <small>${hint}</small>` : nothing}</span>
    <input name=${name} type=${type} autocomplete=${complete} .value=${value} aria-invalid=${Boolean(invalid)}
      ?autofocus=${more.autofocus} maxlength=${more.longest ?? 2047} spellcheck="false" autocapitalize="none">
  </label>
`;

/** One of a list of people, with what can be done about them. */
export const person = (app, { id, username }, { note = nothing, actions = nothing } = {}) => html`
  <li class="row">
    ${avatar(id, username, app.model.people.get(id)?.online)}
    <span class="row-text"><b>${username}</b>${note === nothing ? nothing : html`<small>${note}</small>`}</span>
    <span class="row-actions">${actions}</span>
  </li>
`;

export const small = (label, action, { name = label, kind = "" } = {}) => html`
  <button type="button" class="small ${kind}" aria-label=${name} @click=${action}>${label}</button>
`;
