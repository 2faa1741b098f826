// What is asked in between. The browser's own dialog keeps the focus, closes on Escape and gives the focus back.

import { html, nothing } from "./lit-html/lit-html.js";
import { ref } from "./lit-html/directives/ref.js";
import { icons } from "./icons.js";
import { form } from "./parts.js";

/** Once it is in the page, which it is not yet when its template is made. */
const open = (element) => element && queueMicrotask(() => element.isConnected && !element.open && element.showModal());

/** The dialog that is open, if one is: `{title, content, wide?}`. */
export const dialog = (app) => {
  const { dialog } = app.ui;
  if (!dialog) return nothing;
  return html`
    <dialog class=${dialog.wide ? "wide" : ""} aria-labelledby="dialog-title" ${ref(open)} @close=${() => close(app)} @click=${(event) => outside(event)}>
      <header><h2 id="dialog-title">${dialog.title}</h2>
        <button type="button" class="icon-button" aria-label="Close" @click=${() => close(app)}>${icons.close}</button></header>
      ${dialog.content()}
    </dialog>
  `;
};

/** A click on what is behind it. */
function outside(event) {
  if (event.target === event.currentTarget) event.currentTarget.close();
}

export function show(app, dialog) {
  delete app.ui.forms.dialog;
  app.ui.returnTo = document.activeElement;
  app.ui.dialog = dialog;
  app.update();
}

export function close(app) {
  app.ui.dialog = null;
  app.afterDrawing(() => app.ui.returnTo?.isConnected && app.ui.returnTo.focus());
}

/** A question with one button that does it. */
export const ask = (app, title, text, button, action, kind = "danger") =>
  show(app, {
    title,
    content: () => html`
      <p>${text}</p>
      ${form(app, "dialog", { body: () => nothing, button, kind, action: async () => (await action(), close(app)) })}
    `,
  });

/** A form in a dialog, which closes when it is done. */
export const fill = (app, title, { body, button, action }) =>
  show(app, {
    title,
    content: () =>
      form(app, "dialog", { body, button, action: async (fields, element) => (await action(fields, element), close(app)) }),
  });
